import { makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { alertQuery } from "@/shared/api/incidents";
import type { AlertDetail } from "@/shared/api/types";
import { EvidenceRecord } from "@/shared/evidence/EvidenceRecord";
import { Comments } from "@/shared/incidents/Comments";
import { Techniques } from "@/shared/incidents/Techniques";
import { usePageSubjects } from "@/shared/inquiries/consultation";
import { alertSubject } from "@/shared/inquiries/subjects";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Facts } from "@/shared/ui/Facts";
import { CategoryName, SeverityMark, SourceName, StatusMark, Tags } from "@/shared/ui/marks";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { Steps } from "@/shared/ui/Steps";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { Entities } from "./Entities";
import { TriageCard } from "./TriageCard";
import { useAlertUpdate } from "./alertUpdate";

const useStyles = makeStyles({
  columns: { display: "grid", gridTemplateColumns: "minmax(0, 1fr) 372px", gap: tokens.spacingHorizontalL, alignItems: "start", "@media (max-width: 1080px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, minWidth: 0 },
  id: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  separate: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalL },
});

const route = getRouteApi("/in/tenants/$tenant/alerts/$alertId");

export function AlertPage(): ReactElement {
  const { t } = useTranslation(["alerts", "common"]);
  const { tenant, alertId } = route.useParams();
  const alert = useQuery(alertQuery(tenant, alertId));
  usePageSubjects([alert.data ? alertSubject(tenant, alert.data) : null]);
  const crumbs = [{ text: t("alerts:title"), link: { to: "/tenants/$tenant/alerts" as const, params: { tenant } } }, { text: t("alerts:one") }];
  if (alert.error) {
    return (
      <Page title={t("alerts:one")} crumbs={crumbs}>
        <ProblemBar error={alert.error} retry={() => void alert.refetch()} />
      </Page>
    );
  }
  if (!alert.data) return <Spinner label={t("common:loading")} style={{ marginTop: 80 }} />;
  return (
    <Page title={alert.data.title} crumbs={crumbs} marks={<Tags tags={alert.data.tags} />}>
      <AlertBody alert={alert.data} />
    </Page>
  );
}

function AlertBody({ alert }: { alert: AlertDetail }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("alerts");
  const update = useAlertUpdate(alert.id);
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <Card title={t("section.whatHappened")}>
          {/* An alert of a notification has its narrative; any other has one description. */}
          {alert.summary && <Prose text={alert.summary} />}
          <Prose text={alert.what_happened || alert.description} />
          <Techniques techniques={alert.techniques} />
        </Card>
        {(alert.recommended_steps.length > 0 || alert.recommended_actions) && (
          <Card title={t("section.recommended")}>{alert.recommended_steps.length > 0 ? <Steps steps={alert.recommended_steps} /> : <Prose text={alert.recommended_actions} />}</Card>
        )}
        {alert.evidence_items.length > 0 && (
          <Card title={t("section.entities")} flush>
            <Entities alert={alert} />
          </Card>
        )}
        {alert.evidence.length > 0 && (
          <Card title={t("section.evidence")}>
            {alert.evidence.map((evidence, index) => (
              <div key={evidence.id} className={index > 0 ? styles.separate : undefined}>
                <EvidenceRecord evidence={evidence} />
              </div>
            ))}
          </Card>
        )}
        <Comments comments={alert.comments} send={(comment) => update.mutateAsync({ comment })} />
      </div>
      <div className={styles.column}>
        <TriageCard key={alert.updated} alert={alert} />
        <Details alert={alert} />
      </div>
    </div>
  );
}

function Details({ alert }: { alert: AlertDetail }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("alerts");
  const { tenant } = route.useParams();
  const { can } = useTenant();
  return (
    <Card title={t("section.details")}>
      <Facts
        facts={[
          [t("column.severity"), <SeverityMark key="severity" value={alert.severity} />],
          [t("column.status"), <StatusMark key="status" value={alert.status} />],
          [t("column.category"), <CategoryName key="category" value={alert.category} />],
          [t("column.detectionSource"), <SourceName key="source" value={alert.detection_source} />],
          [
            t("column.incident"),
            <TextLink key="incident" to="/tenants/$tenant/incidents/$incidentId" params={{ tenant, incidentId: String(alert.incident_id) }}>
              {t("incidentNumber", { id: alert.incident_id })}
            </TextLink>,
          ],
          [
            t("column.devices"),
            alert.devices.map(({ device_id, device_name }) => (
              <div key={device_id}>
                <TextLink to="/tenants/$tenant/devices/$deviceId" params={{ tenant, deviceId: device_id }}>
                  {device_name}
                </TextLink>
              </div>
            )),
          ],
          [t("column.firstActivity"), <Time key="first" value={alert.first_activity} />],
          [t("column.lastActivity"), <Time key="last" value={alert.last_activity} />],
          [t("column.created"), <Time key="created" value={alert.created} />],
          [t("column.updated"), <Time key="updated" value={alert.updated} />],
          [
            t("column.id"),
            <span key="id" className={styles.id}>
              {alert.id} <CopyButton value={alert.id} label={t("copyId")} />
            </span>,
          ],
        ]}
      />
      {can("email_rule:manage") && (
        <TextLink to="/tenants/$tenant/settings/email-notifications/trace" params={{ tenant }} search={{ alert: alert.id }}>
          {t("traceMail")}
        </TextLink>
      )}
    </Card>
  );
}
