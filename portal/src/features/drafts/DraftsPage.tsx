import { Badge } from "@fluentui/react-components";
import { ClipboardTaskRegular, DocumentEditRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { providerDraftsQuery, reviewQuery } from "@/shared/api/drafts";
import type { Draft } from "@/shared/api/types";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { SeverityMark } from "@/shared/ui/marks";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { STATE_COLORS, useDraftState } from "./states";

function DraftTable({ label, drafts }: { label: string; drafts: readonly Draft[] | undefined }): ReactElement {
  const { t } = useTranslation("drafts");
  const stateName = useDraftState();
  const columns: TableColumn<Draft>[] = [
    {
      id: "title",
      header: t("field.title"),
      cell: ({ id, title, tenant }) => (
        <TextLink to="/tenants/$tenant/drafts/$draftId" params={{ tenant: tenant.slug, draftId: id }}>
          {title}
        </TextLink>
      ),
    },
    { id: "tenant", header: t("field.tenant"), cell: ({ tenant }) => tenant.name },
    { id: "severity", header: t("field.severity"), cell: ({ severity }) => <SeverityMark value={severity} /> },
    {
      id: "state",
      header: t("field.state"),
      cell: ({ state }) => (
        <Badge appearance="tint" color={STATE_COLORS[state]}>
          {stateName(state)}
        </Badge>
      ),
    },
    { id: "author", header: t("field.author"), cell: ({ author }) => author },
    { id: "updated", header: t("field.updated"), cell: ({ updated }) => <Time value={updated} /> },
  ];
  return <DataTable label={label} columns={columns} rows={drafts} rowKey={({ id }) => id} />;
}

/** What hunters are writing, over all customers. */
export function DraftsPage(): ReactElement {
  const { t } = useTranslation("drafts");
  const list = useQuery(providerDraftsQuery);
  return (
    <Page title={t("title")} lead={t("lead")}>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>{list.data?.total === 0 ? <Empty icon={<DocumentEditRegular />} title={t("none.title")} text={t("none.text")} /> : <DraftTable label={t("title")} drafts={list.data?.items} />}</Card>
      )}
    </Page>
  );
}

/** What waits for a second pair of eyes. */
export function ReviewPage(): ReactElement {
  const { t } = useTranslation("drafts");
  const list = useQuery(reviewQuery);
  return (
    <Page title={t("review.title")} lead={t("review.lead")}>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<ClipboardTaskRegular />} title={t("review.none")} text={t("review.noneText")} />
          ) : (
            <DraftTable label={t("review.title")} drafts={list.data?.items} />
          )}
        </Card>
      )}
    </Page>
  );
}
