import { Button, Text } from "@fluentui/react-components";
import { CalendarClockRegular, DismissCircleRegular, PersonStarRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { endSubscription, subscriptionsQuery } from "@/shared/api/desk";
import type { TenantSubscription } from "@/shared/api/types";
import { SubscriptionMark } from "@/shared/inquiries/marks";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { CalendarDialog } from "./CalendarDialog";
import { GrantDialog } from "./GrantDialog";

type Asking = { what: "grant" | "end" | "calendar"; row: TenantSubscription };

/** Who may ask experts, on trial or in full, until when, and what is promised. */
export function SubscriptionsPage(): ReactElement {
  const { t } = useTranslation("subscriptions");
  const list = useQuery(subscriptionsQuery);
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const columns: TableColumn<TenantSubscription>[] = [
    { id: "tenant", header: t("column.tenant"), cell: ({ tenant }) => <Text weight="semibold" wrap={false}>{tenant.name}</Text> },
    { id: "state", header: t("column.state"), cell: ({ state }) => <SubscriptionMark value={state} /> },
    { id: "since", header: t("column.since"), cell: ({ since }) => <Time value={since} /> },
    { id: "until", header: t("column.until"), cell: ({ state, until }) => (until === null && state === "full" ? t("withoutEnd") : <Time value={until} />) },
    { id: "credits", header: t("column.credits"), end: true, cell: ({ state, credits }) => (state === "none" ? "–" : (credits ?? t("unlimited"))) },
    { id: "by", header: t("column.grantedBy"), cell: ({ granted_by }) => granted_by || "–" },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (row) => (
        <span style={{ whiteSpace: "nowrap", display: "inline-flex", gap: 4 }}>
          <Button size="small" icon={<PersonStarRegular />} aria-label={t("grant.one", { name: row.tenant.name })} onClick={() => setAsking({ what: "grant", row })}>
            {t(isOn(row) ? "grant.change" : "grant.open")}
          </Button>
          <Button size="small" appearance="subtle" icon={<CalendarClockRegular />} aria-label={t("calendar.one", { name: row.tenant.name })} title={t("calendar.open")} onClick={() => setAsking({ what: "calendar", row })} />
          <Button size="small" appearance="subtle" icon={<DismissCircleRegular />} disabled={!isOn(row)} aria-label={t("end.one", { name: row.tenant.name })} title={t("end.open")} onClick={() => setAsking({ what: "end", row })} />
        </span>
      ),
    },
  ];
  return (
    <Page title={t("title")} lead={t("lead")}>
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          <DataTable label={t("title")} columns={columns} rows={list.data?.items} rowKey={({ tenant }) => tenant.id} />
        </Card>
      )}
      {asking?.what === "grant" && <GrantDialog row={asking.row} onClose={close} />}
      {asking?.what === "end" && <EndDialog row={asking.row} onClose={close} />}
      {asking?.what === "calendar" && <CalendarDialog slug={asking.row.tenant.slug} name={asking.row.tenant.name} onClose={close} />}
    </Page>
  );
}

const isOn = ({ state }: TenantSubscription) => state === "trial" || state === "full";

function EndDialog({ row: { tenant }, onClose }: { row: TenantSubscription; onClose: () => void }): ReactElement {
  const { t } = useTranslation("subscriptions");
  const queries = useQueryClient();
  const notify = useNotify();
  const end = useMutation({
    mutationFn: () => endSubscription(tenant.slug),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: subscriptionsQuery.queryKey });
      notify(t("end.done", { name: tenant.name }));
    },
  });
  return (
    <FormDialog open title={t("end.title", { name: tenant.name })} submit={t("end.open")} busy={end.isPending} error={end.error} onClose={onClose} onSubmit={() => end.mutate()}>
      <Text>{t("end.text")}</Text>
    </FormDialog>
  );
}
