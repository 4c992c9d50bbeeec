import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { ClipboardTextLtrRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { auditQuery } from "@/shared/api/settings";
import type { AuditEntry } from "@/shared/api/types";
import { rawText } from "@/shared/grid/cells";
import { pageWindow } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { CopyButton } from "@/shared/ui/CopyButton";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { Pager } from "@/shared/ui/Pager";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  detail: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  what: { display: "flex", flexDirection: "column", gap: "2px", minWidth: "320px", overflowWrap: "anywhere" },
  hash: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, whiteSpace: "nowrap" },
});

const route = getRouteApi("/in/tenants/$tenant/settings/audit");
const HASH_SHOWN = 12;

/** Who did what to which, in the order in which it was written; each entry seals the one before. */
export function AuditPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["audit", "shell"]);
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(auditQuery(tenant, pageWindow(search.page)));
  const columns: TableColumn<AuditEntry>[] = [
    { id: "sequence", header: t("audit:sequence"), end: true, width: "60px", cell: ({ sequence }) => sequence },
    { id: "at", header: t("audit:at"), cell: ({ at }) => <Time value={at} /> },
    { id: "actor", header: t("audit:actor"), cell: ({ actor }) => actor },
    { id: "action", header: t("audit:action"), cell: ({ action }) => <Text weight="semibold">{action}</Text> },
    {
      id: "object",
      header: t("audit:object"),
      width: "44%",
      cell: ({ about, detail }) => (
        <div className={styles.what}>
          <span>{about}</span>
          <span className={styles.detail}>
            {Object.entries(detail)
              .map(([name, value]) => `${name}: ${rawText(value)}`)
              .join("  ")}
          </span>
        </div>
      ),
    },
    {
      id: "hash",
      header: t("audit:hash"),
      cell: ({ hash }) => (
        <span className={styles.hash} title={hash}>
          {hash.slice(0, HASH_SHOWN)}… <CopyButton value={hash} />
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("shell:settings.item.audit")}
      lead={t("audit:lead")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.record") }, { text: t("shell:settings.item.audit") }]}
    >
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<ClipboardTextLtrRegular />} title={t("audit:none")} text={t("audit:noneText")} />
          ) : (
            <DataTable label={t("shell:settings.item.audit")} columns={columns} rows={list.data?.items} rowKey={({ sequence }) => sequence} />
          )}
          <Pager page={search.page} total={list.data?.total ?? 0} onPage={(page) => void navigate({ search: { page } })} />
        </Card>
      )}
    </Page>
  );
}
