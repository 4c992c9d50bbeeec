import { Field, Text, Textarea } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { inquiryQuery, withdrawInquiry } from "@/shared/api/inquiries";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";

/** Take an inquiry back, with the reason that the experts read. */
export function WithdrawDialog({ tenant, number, onClose }: { tenant: string; number: string; onClose: () => void }): ReactElement {
  const { t } = useTranslation("inquiries");
  const queries = useQueryClient();
  const notify = useNotify();
  const [reason, setReason] = useState("");
  const withdraw = useMutation({
    mutationFn: () => withdrawInquiry(tenant, number, reason.trim()),
    onSuccess: async (changed) => {
      onClose();
      queries.setQueryData(inquiryQuery(tenant, number, false).queryKey, changed);
      notify(t("withdraw.done"));
      await queries.invalidateQueries({ queryKey: ["tenant", tenant, "inquiries"] });
    },
  });
  return (
    <FormDialog open title={t("withdraw.title", { number })} submit={t("withdraw.open")} busy={withdraw.isPending || reason.trim() === ""} error={withdraw.error} onClose={onClose} onSubmit={() => withdraw.mutate()}>
      <Text>{t("withdraw.text")}</Text>
      <Field label={t("withdraw.reason")} required>
        <Textarea value={reason} maxLength={10_000} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  );
}
