import { Field, Select, Text, Textarea } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { openCase } from "@/shared/api/inquiries";
import { FormDialog } from "@/shared/ui/dialogs";

const HOURS = [1, 2, 4, 8, 12, 24] as const;
const USUAL_HOURS = 8;
const LONGEST_REASON = 500;

/** An expert opens a case: for some hours, with a reason that the customer reads. */
export function OpenCaseDialog({ tenant, number, onClose, onOpened }: { tenant: string; number: string; onClose: () => void; onOpened: () => void }): ReactElement {
  const { t } = useTranslation("inquiries");
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState<number>(USUAL_HOURS);
  const open = useMutation({
    mutationFn: () => openCase(tenant, number, { reason: reason.trim(), hours }),
    onSuccess: async () => {
      onOpened();
      await Promise.all([queries.invalidateQueries({ queryKey: ["tenant", tenant, "inquiries"] }), queries.invalidateQueries({ queryKey: ["provider", "inquiries"] })]);
    },
  });
  return (
    <FormDialog open title={t("access.openTitle", { number })} submit={t("access.open")} busy={open.isPending || reason.trim() === ""} error={open.error} onClose={onClose} onSubmit={() => open.mutate()}>
      <Text>{t("access.openText")}</Text>
      <Field label={t("access.reason")} hint={t("access.reasonHint")} required>
        <Textarea value={reason} maxLength={LONGEST_REASON} onChange={(_, data) => setReason(data.value)} />
      </Field>
      <Field label={t("access.hours")}>
        <Select value={String(hours)} onChange={(_, data) => setHours(Number(data.value))}>
          {HOURS.map((count) => (
            <option key={count} value={count}>
              {t("access.forHours", { count })}
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  );
}
