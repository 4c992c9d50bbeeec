import { Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deleteSample, samplesQuery } from "@/shared/api/samples";
import type { CaseSample } from "@/shared/api/types";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";

export function DeleteDialog({ tenant, number, sample, onClose }: { tenant: string; number: string; sample: CaseSample; onClose: () => void }): ReactElement {
  const { t } = useTranslation(["samples", "common"]);
  const queries = useQueryClient();
  const notify = useNotify();
  const remove = useMutation({
    mutationFn: () => deleteSample(tenant, number, sample.id),
    onSuccess: async () => {
      onClose();
      notify(t("samples:delete.done"));
      await queries.invalidateQueries({ queryKey: samplesQuery(tenant, number).queryKey });
    },
  });
  return (
    <FormDialog open title={t("samples:delete.title")} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={onClose} onSubmit={() => remove.mutate()}>
      <Text>{t("samples:delete.text", { name: sample.name })}</Text>
    </FormDialog>
  );
}
