import { Text } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { moveAlertsOut } from "@/shared/api/incidents";
import type { Alert } from "@/shared/api/types";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";
import { useRegrouping } from "./regrouping";

/** Asks before alerts leave their incident for one of their own. */
export function MoveOutDialog({ incidentId, alerts, onClose, onDone }: { incidentId: number; alerts: readonly Alert[]; onClose: () => void; onDone: () => void }): ReactElement {
  const { t } = useTranslation("incidents");
  const notify = useNotify();
  const ids = alerts.map(({ id }) => id);
  const move = useRegrouping(
    (tenant) => moveAlertsOut(tenant, incidentId, ids),
    ({ id }) => {
      onDone();
      notify(t("moveOut.done", { id }));
    },
  );
  return (
    <FormDialog open title={t("moveOut.title")} submit={t("moveOut.submit")} busy={move.isPending} error={move.error} onClose={onClose} onSubmit={() => move.mutate()}>
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {alerts.map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
      </ul>
      <Text>{t("moveOut.text")}</Text>
    </FormDialog>
  );
}
