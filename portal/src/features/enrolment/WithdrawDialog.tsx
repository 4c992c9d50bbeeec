import { Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { enrolmentQuery, withdrawApplication } from "@/shared/api/settings";
import { useTenant } from "@/shared/session/session";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";

/** Asks once more before an application is taken back. */
export function WithdrawDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation("enrolment");
  const { slug } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const withdraw = useMutation({
    mutationFn: () => withdrawApplication(slug),
    onSuccess: (enrolment) => {
      queries.setQueryData(enrolmentQuery(slug).queryKey, enrolment);
      notify(t("withdraw.done"));
      onClose();
    },
  });
  return (
    <FormDialog open title={t("withdraw.title")} submit={t("withdraw.open")} busy={withdraw.isPending} error={withdraw.error} onClose={onClose} onSubmit={() => withdraw.mutate()}>
      <Text>{t("withdraw.text")}</Text>
    </FormDialog>
  );
}
