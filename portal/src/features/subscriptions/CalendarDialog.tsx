import { Checkbox, Field, Input, makeStyles, Spinner, Text, Textarea, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { calendarQuery, setCalendar } from "@/shared/api/desk";
import type { BusinessCalendar } from "@/shared/api/types";
import { FormDialog } from "@/shared/ui/dialogs";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { useNotify } from "@/shared/ui/toasts";
import { badDays, badHolidays, draftOf, readCalendar, WEEKDAYS, type DayDraft } from "./calendar";

const useStyles = makeStyles({
  day: { display: "grid", gridTemplateColumns: "minmax(120px, 1fr) 96px auto 96px", alignItems: "center", gap: tokens.spacingHorizontalS },
  time: { minWidth: "0" },
});
const SOME_MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

interface CalendarDialogProps {
  slug: string;
  name: string;
  onClose: () => void;
}

/** When a customer's clocks count, and how soon the first reply is promised. */
export function CalendarDialog({ slug, name, onClose }: CalendarDialogProps): ReactElement {
  const { t } = useTranslation(["subscriptions", "common"]);
  const calendar = useQuery({ ...calendarQuery(slug), staleTime: 0, refetchOnWindowFocus: false });
  if (calendar.data && !calendar.isFetching) return <CalendarForm slug={slug} name={name} calendar={calendar.data} onClose={onClose} />;
  return (
    <FormDialog open title={t("subscriptions:calendar.title", { name })} submit={t("common:action.save")} busy error={calendar.error} onClose={onClose} onSubmit={() => undefined}>
      {calendar.isPending && <Spinner label={t("common:loading")} />}
    </FormDialog>
  );
}

function CalendarForm({ slug, name, calendar, onClose }: CalendarDialogProps & { calendar: BusinessCalendar }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation(["subscriptions", "common"]);
  const queries = useQueryClient();
  const notify = useNotify();
  const zones = useId();
  const [draft, setDraft] = useState(() => draftOf(calendar));
  const read = readCalendar(draft);
  const wrongDays = badDays(draft);
  const wrongDates = badHolidays(draft.holidays);
  const save = useMutation({
    mutationFn: (wanted: BusinessCalendar) => setCalendar(slug, wanted),
    onSuccess: async (kept) => {
      onClose();
      queries.setQueryData(calendarQuery(slug).queryKey, kept);
      notify(t("subscriptions:calendar.done", { name }));
      await queries.invalidateQueries({ queryKey: ["tenant", slug] });
    },
  });
  const weekday = (day: number) => new Intl.DateTimeFormat(i18n.language, { weekday: "long", timeZone: "UTC" }).format(SOME_MONDAY + day * DAY_MS);
  const setDay = (day: number, change: Partial<DayDraft>) => setDraft({ ...draft, days: draft.days.map((one, place) => (place === day ? { ...one, ...change } : one)) });
  return (
    <FormDialog open title={t("subscriptions:calendar.title", { name })} submit={t("common:action.save")} busy={save.isPending || read === null} error={save.error} onClose={onClose} onSubmit={() => read && save.mutate(read)}>
      <Text>{t("subscriptions:calendar.text")}</Text>
      <Field label={t("subscriptions:calendar.timezone")} required>
        <Input value={draft.timezone} list={zones} onChange={(_, data) => setDraft({ ...draft, timezone: data.value })} />
      </Field>
      <datalist id={zones}>
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <FieldGroup label={t("subscriptions:calendar.hours")} hint={wrongDays.length > 0 ? t("subscriptions:calendar.wrongHours", { days: wrongDays.map(weekday).join(", ") }) : t("subscriptions:calendar.midnight")}>
        {WEEKDAYS.map((day) => {
          const { open, from, to } = draft.days[day] ?? { open: false, from: "", to: "" };
          return (
            <div key={day} className={styles.day}>
              <Checkbox checked={open} label={weekday(day)} onChange={(_, data) => setDay(day, { open: data.checked === true })} />
              <Input size="small" className={styles.time} input={{ className: styles.time }} value={from} disabled={!open} aria-label={t("subscriptions:calendar.from", { day: weekday(day) })} onChange={(_, data) => setDay(day, { from: data.value })} />
              <span aria-hidden="true">–</span>
              <Input size="small" className={styles.time} input={{ className: styles.time }} value={to} disabled={!open} aria-label={t("subscriptions:calendar.to", { day: weekday(day) })} onChange={(_, data) => setDay(day, { to: data.value })} />
            </div>
          );
        })}
      </FieldGroup>
      <Field label={t("subscriptions:calendar.holidays")} hint={t("subscriptions:calendar.holidaysHint")} validationMessage={wrongDates.length > 0 ? t("subscriptions:calendar.wrongDates", { dates: wrongDates.join(", ") }) : undefined}>
        <Textarea value={draft.holidays} rows={3} resize="vertical" onChange={(_, data) => setDraft({ ...draft, holidays: data.value })} />
      </Field>
      <Field label={t("subscriptions:calendar.goal")} hint={t("subscriptions:calendar.goalHint")} required>
        <Input type="number" min={0.1} max={720} step="any" value={draft.hours} onChange={(_, data) => setDraft({ ...draft, hours: data.value })} />
      </Field>
    </FormDialog>
  );
}
