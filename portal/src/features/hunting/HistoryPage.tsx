import { Badge, makeStyles, tokens } from "@fluentui/react-components";
import { HistoryRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { huntHistoryQuery } from "@/shared/api/hunting";
import type { HuntRecord } from "@/shared/api/types";
import { pageWindow } from "@/shared/url/search";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { Pager } from "@/shared/ui/Pager";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  query: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, display: "block", maxWidth: "72ch", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", color: tokens.colorBrandForegroundLink, textDecorationLine: "none", ":hover": { textDecorationLine: "underline" } },
});

const route = getRouteApi("/in/tenants/$tenant/hunting/history");
const STATE_COLORS: Record<HuntRecord["state"], "danger" | "warning" | "success" | "informative"> = { running: "informative", done: "success", failed: "danger", cancelled: "warning" };

/** Every hunt that was run on this organisation's data, by whom, and how it ended. */
export function HistoryPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("hunting");
  const { tenant } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(huntHistoryQuery(tenant, pageWindow(search.page)));
  const columns: TableColumn<HuntRecord>[] = [
    { id: "at", header: t("history.at"), cell: ({ at }) => <Time value={at} /> },
    { id: "person", header: t("history.person"), cell: ({ person }) => person },
    {
      id: "query",
      header: t("editor.label"),
      cell: ({ query, window }) => (
        <Link to="/tenants/$tenant/hunting" params={{ tenant }} search={{ query, window: "custom", start: window.start, end: window.end }} className={styles.query} title={query}>
          {query.replaceAll("\n", " ")}
        </Link>
      ),
    },
    {
      id: "state",
      header: t("history.state"),
      cell: ({ state, error_code }) => (
        <Badge appearance="tint" color={STATE_COLORS[state]} title={error_code ?? undefined}>
          {t(`history.states.${state}`)}
        </Badge>
      ),
    },
    { id: "rows", header: t("history.rows"), end: true, cell: ({ row_count }) => row_count ?? "–" },
    { id: "duration", header: t("history.duration"), end: true, cell: ({ duration_ms }) => (duration_ms === null ? "–" : t("history.ms", { count: duration_ms })) },
  ];
  return (
    <Page title={t("history.title")} lead={t("history.lead")}>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty
              icon={<HistoryRegular />}
              title={t("history.none")}
              text={t("history.noneText")}
              action={
                <ButtonLink to="/tenants/$tenant/hunting" params={{ tenant }} appearance="primary">
                  {t("title")}
                </ButtonLink>
              }
            />
          ) : (
            <DataTable label={t("history.title")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
          <Pager page={search.page} total={list.data?.total ?? 0} onPage={(page) => void navigate({ search: { page } })} />
        </Card>
      )}
    </Page>
  );
}
