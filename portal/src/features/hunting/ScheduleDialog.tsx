import { Checkbox, Field, Radio, RadioGroup, Select, SpinButton, Switch } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { changeSchedule, scheduleHunt, schedulesQuery } from "@/shared/api/reports";
import type { SavedHunt, Schedule } from "@/shared/api/types";
import { useTenantNames } from "@/shared/session/session";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";

/** Lets a saved hunt of the library run by itself, or changes when and where it does. */
export function ScheduleDialog({ library, schedule, onClose }: { library: readonly SavedHunt[]; schedule?: Schedule; onClose: () => void }): ReactElement {
  const { t } = useTranslation(["hunting", "common"]);
  const queries = useQueryClient();
  const notify = useNotify();
  const customers = useTenantNames();
  const [hunt, setHunt] = useState(schedule?.saved_hunt_id ?? library[0]?.id ?? "");
  const [every, setEvery] = useState(schedule?.every_hours ?? 24);
  const [lookback, setLookback] = useState(schedule?.lookback_hours ?? 48);
  const [chosen, setChosen] = useState<readonly string[] | null>(schedule?.tenants ?? null);
  const [enabled, setEnabled] = useState(schedule?.enabled ?? true);
  const save = useMutation({
    mutationFn: () => {
      const wanted = { every_hours: every, lookback_hours: lookback, tenants: chosen === null ? null : [...chosen], enabled };
      return schedule ? changeSchedule(schedule.id, wanted) : scheduleHunt(hunt, wanted);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: schedulesQuery.queryKey });
      notify(t("hunting:schedule.saved"));
      onClose();
    },
  });
  const toggle = (slug: string, on: boolean) => setChosen((before) => (on ? [...(before ?? []), slug] : (before ?? []).filter((one) => one !== slug)));
  return (
    <FormDialog
      open
      title={schedule ? t("hunting:schedule.change", { name: schedule.name }) : t("hunting:schedule.new")}
      submit={t("hunting:schedule.save")}
      busy={save.isPending || hunt === "" || chosen?.length === 0}
      error={save.error}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      {!schedule && (
        <Field label={t("hunting:schedule.hunt")} required>
          <Select value={hunt} onChange={(_, data) => setHunt(data.value)}>
            {library.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field label={t("hunting:schedule.every")} hint={t("hunting:schedule.hours")} required>
        <SpinButton value={every} min={1} max={744} onChange={(_, data) => setEvery(numberOf(data, every))} />
      </Field>
      <Field label={t("hunting:schedule.lookback")} hint={t("hunting:schedule.lookbackHint")} required>
        <SpinButton value={lookback} min={1} max={4560} onChange={(_, data) => setLookback(numberOf(data, lookback))} />
      </Field>
      <RadioGroup value={chosen === null ? "all" : "chosen"} aria-label={t("hunting:schedule.customers")} onChange={(_, data) => setChosen(data.value === "all" ? null : [])}>
        <Radio value="all" label={t("hunting:schedule.all")} />
        <Radio value="chosen" label={t("hunting:schedule.chosen")} />
      </RadioGroup>
      {chosen !== null && (
        <div>
          {customers.map(({ slug, name }) => (
            <Checkbox key={slug} label={name} checked={chosen.includes(slug)} onChange={(_, data) => toggle(slug, data.checked === true)} />
          ))}
        </div>
      )}
      <Switch label={t("hunting:schedule.on")} checked={enabled} onChange={(_, data) => setEnabled(data.checked)} />
    </FormDialog>
  );
}

/** What was typed or stepped to; what is no number stays as it was. */
function numberOf({ value, displayValue }: { value?: number | null; displayValue?: string }, before: number): number {
  const typed = value ?? Number(displayValue);
  return Number.isInteger(typed) && typed > 0 ? typed : before;
}
