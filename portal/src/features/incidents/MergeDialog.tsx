import { Text } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { mergeIncidents } from "@/shared/api/incidents";
import type { Incident } from "@/shared/api/types";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";
import { useRegrouping } from "./regrouping";

/** Asks before incidents become one, and says which of them stays. */
export function MergeDialog({ incidents, onClose }: { incidents: readonly Incident[]; onClose: () => void }): ReactElement {
  const { t } = useTranslation("incidents");
  const notify = useNotify();
  const ids = incidents.map(({ id }) => id);
  const kept = Math.min(...ids);
  const merge = useRegrouping(
    (tenant) => mergeIncidents(tenant, ids),
    ({ id }) => notify(t("merge.done", { id })),
  );
  return (
    <FormDialog open title={t("merge.title")} submit={t("merge.submit")} busy={merge.isPending} error={merge.error} onClose={onClose} onSubmit={() => merge.mutate()}>
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {incidents.map(({ id, title }) => (
          <li key={id}>
            {id} · {title}
          </li>
        ))}
      </ul>
      <Text>{t("merge.text", { id: kept })}</Text>
    </FormDialog>
  );
}
