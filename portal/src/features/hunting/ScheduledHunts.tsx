import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { CalendarClockRegular, DeleteRegular, EditRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { endSchedule, schedulesQuery } from "@/shared/api/reports";
import type { SavedHunt, Schedule } from "@/shared/api/types";
import { useProviderCan } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { ScheduleDialog } from "./ScheduleDialog";

const useStyles = makeStyles({
  lead: { padding: "0 20px 12px", color: tokens.colorNeutralForeground2 },
  turns: { margin: 0, padding: 0, listStyle: "none", display: "flex", flexDirection: "column", gap: "6px" },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** The provider's hunts that run by themselves: when the next run is, and what came of the last one in each customer. */
export function ScheduledHunts({ tenant, library }: { tenant: string; library: readonly SavedHunt[] }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["hunting", "common"]);
  const can = useProviderCan();
  const notify = useNotify();
  const queries = useQueryClient();
  const list = useQuery(schedulesQuery);
  const [editing, setEditing] = useState<Schedule | "new" | null>(null);
  const [ending, setEnding] = useState<Schedule | null>(null);
  const end = useMutation({
    mutationFn: (id: string) => endSchedule(id),
    onSuccess: async () => {
      setEnding(null);
      await queries.invalidateQueries({ queryKey: schedulesQuery.queryKey });
      notify(t("hunting:schedule.ended"));
    },
  });
  const columns: TableColumn<Schedule>[] = [
    {
      id: "hunt",
      header: t("hunting:schedule.hunt"),
      cell: ({ name, query, every_hours, lookback_hours }) => (
        <>
          <TextLink to="/tenants/$tenant/hunting" params={{ tenant }} search={{ query }}>
            {name}
          </TextLink>
          <Text block size={200} className={styles.quiet}>
            {t("hunting:schedule.everyHours", { count: every_hours })}, {t("hunting:schedule.lookbackHours", { count: lookback_hours })}
          </Text>
        </>
      ),
    },
    { id: "next", header: t("hunting:schedule.next"), cell: ({ enabled, next_due }) => (enabled ? <Time value={next_due} /> : t("hunting:schedule.off")) },
    { id: "customers", header: t("hunting:schedule.customers"), cell: ({ tenants }) => tenants?.join(", ") ?? t("hunting:schedule.all") },
    {
      id: "last",
      header: t("hunting:schedule.last"),
      cell: ({ turns, query }) =>
        turns.length === 0 ? (
          <Text className={styles.quiet}>{t("hunting:schedule.never")}</Text>
        ) : (
          <ul className={styles.turns}>
            {turns.map((turn) => (
              <li key={turn.tenant}>
                <div>
                  <TextLink to="/tenants/$tenant/hunting" params={{ tenant: turn.tenant }} search={{ query }}>
                    {turn.name}
                  </TextLink>
                </div>
                <Text block size={200}>
                  {turn.state === "done" ? t("hunting:schedule.rows", { count: turn.row_count ?? 0 }) : t(`hunting:schedule.state.${turn.state}`, { code: turn.error_code ?? "" })},{" "}
                  <Time value={turn.ended ?? turn.slot} />
                </Text>
              </li>
            ))}
          </ul>
        ),
    },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (schedule) =>
        can("scheduled_hunt:manage") && (
          <>
            <Button size="small" appearance="subtle" icon={<EditRegular />} aria-label={t("hunting:schedule.change", { name: schedule.name })} onClick={() => setEditing(schedule)} />
            <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t("hunting:schedule.endOne", { name: schedule.name })} onClick={() => setEnding(schedule)} />
          </>
        ),
    },
  ];
  return (
    <Card
      title={t("hunting:schedule.title")}
      flush
      actions={
        can("scheduled_hunt:manage") && (
          <Button icon={<CalendarClockRegular />} disabled={library.length === 0} onClick={() => setEditing("new")}>
            {t("hunting:schedule.new")}
          </Button>
        )
      }
    >
      <Text className={styles.lead}>{t("hunting:schedule.lead")}</Text>
      {list.error && <ProblemBar error={list.error} retry={() => void list.refetch()} />}
      {list.data?.total === 0 ? (
        <Empty icon={<CalendarClockRegular />} title={t("hunting:schedule.none")} text={t("hunting:schedule.noneText")} />
      ) : (
        <DataTable label={t("hunting:schedule.title")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
      )}
      {editing && <ScheduleDialog library={library} schedule={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} />}
      {ending && (
        <FormDialog open title={t("hunting:schedule.endOne", { name: ending.name })} submit={t("hunting:schedule.end")} busy={end.isPending} error={end.error} onClose={() => setEnding(null)} onSubmit={() => end.mutate(ending.id)}>
          <Text>{t("hunting:schedule.endText", { name: ending.name })}</Text>
        </FormDialog>
      )}
    </Card>
  );
}
