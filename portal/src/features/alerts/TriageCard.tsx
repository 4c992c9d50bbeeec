import { Button, Field, Input, Select, Text } from "@fluentui/react-components";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { AlertDetail } from "@/shared/api/types";
import { useSession, useTenant } from "@/shared/session/session";
import { ALERT_STATUSES, oneOf } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { useNotify } from "@/shared/ui/toasts";
import { useAlertUpdate } from "./alertUpdate";
import { CLASSIFICATIONS, DETERMINATIONS } from "./classification";

/** Who works on the alert, where it stands, and what it turned out to be. */
export function TriageCard({ alert }: { alert: AlertDetail }): ReactElement {
  const { t } = useTranslation(["alerts", "common"]);
  const { can } = useTenant();
  const { person } = useSession();
  const notify = useNotify();
  const [status, setStatus] = useState(alert.status);
  const [assigned, setAssigned] = useState(alert.assigned_to ?? "");
  const [classification, setClassification] = useState(alert.classification);
  const [determination, setDetermination] = useState(alert.determination);
  const update = useAlertUpdate(alert.id, () => notify(t("alerts:triage.saved")));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    update.mutate({ status, assigned_to: assigned, classification, determination });
  };
  const readOnly = !can("alert:manage");
  const choices = DETERMINATIONS[classification];
  return (
    <Card title={t("alerts:section.manage")}>
      <form onSubmit={submit} style={{ display: "flex", flexDirection: "column", gap: 12 }}>
        <Field label={t("alerts:column.status")}>
          <Select value={status} disabled={readOnly} onChange={(_, data) => setStatus(oneOf(data.value, ALERT_STATUSES) ?? status)}>
            {ALERT_STATUSES.map((value) => (
              <option key={value} value={value}>
                {t(`common:status.${value}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("alerts:column.assignedTo")}>
          <Input
            value={assigned}
            disabled={readOnly}
            placeholder={t("alerts:unassigned")}
            onChange={(_, data) => setAssigned(data.value)}
            contentAfter={
              readOnly || assigned === person.email ? undefined : (
                <Button size="small" appearance="transparent" onClick={() => setAssigned(person.email)}>
                  {t("alerts:triage.toMe")}
                </Button>
              )
            }
          />
        </Field>
        <Field label={t("alerts:column.classification")}>
          <Select
            value={classification}
            disabled={readOnly}
            onChange={(_, data) => {
              setClassification(oneOf(data.value, CLASSIFICATIONS) ?? "Unknown");
              setDetermination("NotAvailable");
            }}
          >
            {CLASSIFICATIONS.map((value) => (
              <option key={value} value={value}>
                {t(`alerts:classification.${value}`)}
              </option>
            ))}
          </Select>
        </Field>
        {choices.length > 1 && (
          <Field label={t("alerts:column.determination")}>
            <Select value={determination} disabled={readOnly} onChange={(_, data) => setDetermination(oneOf(data.value, choices) ?? "NotAvailable")}>
              {choices.map((value) => (
                <option key={value} value={value}>
                  {t(`alerts:determination.${value}`)}
                </option>
              ))}
            </Select>
          </Field>
        )}
        {update.error && <ProblemBar error={update.error} />}
        {readOnly ? (
          <Text size={200}>{t("alerts:triage.readOnly")}</Text>
        ) : (
          <Button type="submit" appearance="primary" disabled={update.isPending}>
            {t("common:action.save")}
          </Button>
        )}
      </form>
    </Card>
  );
}
