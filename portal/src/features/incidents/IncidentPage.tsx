import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { BranchForkRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { incidentQuery } from "@/shared/api/incidents";
import type { IncidentDetail } from "@/shared/api/types";
import { HandOver } from "@/shared/handoff/HandOver";
import { Handoffs } from "@/shared/handoff/Handoffs";
import { AlertTable } from "@/shared/incidents/AlertTable";
import { usePageSubjects } from "@/shared/inquiries/consultation";
import { incidentSubject } from "@/shared/inquiries/subjects";
import { Comments } from "@/shared/incidents/Comments";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { useChoice, type Choice } from "@/shared/ui/choice";
import { Facts } from "@/shared/ui/Facts";
import { SeverityMark, StatusMark, Tags } from "@/shared/ui/marks";
import { Page, type Crumb } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { MoveOutDialog } from "./MoveOutDialog";
import { useIncidentUpdate } from "./incidentUpdate";

const useStyles = makeStyles({
  columns: { display: "grid", gridTemplateColumns: "minmax(0, 1fr) 372px", gap: tokens.spacingHorizontalL, alignItems: "start", "@media (max-width: 1080px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, minWidth: 0 },
  list: { margin: 0, paddingLeft: "18px", display: "flex", flexDirection: "column", gap: "4px" },
});

const route = getRouteApi("/in/tenants/$tenant/incidents/$incidentId");

const aboutIncident = (id: number) => ({ subject_kind: "incident" as const, subject_id: String(id) });

export function IncidentPage(): ReactElement {
  const { t } = useTranslation(["incidents", "common"]);
  const { tenant, incidentId } = route.useParams();
  const navigate = useNavigate();
  const incident = useQuery(incidentQuery(tenant, Number(incidentId)));
  usePageSubjects([incident.data ? incidentSubject(tenant, incident.data) : null]);
  const leadsTo = incident.data?.redirect_incident_id ?? null;
  // What was merged into another leads there, from old mails and bookmarks too.
  useEffect(() => {
    if (leadsTo !== null) void navigate({ to: "/tenants/$tenant/incidents/$incidentId", params: { tenant, incidentId: String(leadsTo) }, replace: true });
  }, [leadsTo, navigate, tenant]);
  const crumbs = [
    { text: t("incidents:title"), link: { to: "/tenants/$tenant/incidents" as const, params: { tenant } } },
    { text: t("incidents:number", { id: incidentId }) },
  ];
  if (incident.error) {
    return (
      <Page title={t("incidents:number", { id: incidentId })} crumbs={crumbs}>
        <ProblemBar error={incident.error} retry={() => void incident.refetch()} />
      </Page>
    );
  }
  if (!incident.data || leadsTo !== null) return <Spinner label={t("common:loading")} style={{ marginTop: 80 }} />;
  return <LoadedIncident key={incident.data.id} incident={incident.data} crumbs={crumbs} />;
}

function LoadedIncident({ incident, crumbs }: { incident: IncidentDetail; crumbs: Crumb[] }): ReactElement {
  const { t } = useTranslation("incidents");
  const { can } = useTenant();
  const [asking, setAsking] = useState(false);
  const choice = useChoice(incident.alerts.map(({ id }) => id));
  const divisible = can("alert:manage") && incident.alerts.length > 1;
  const some = choice.chosen.length > 0 && choice.chosen.length < incident.alerts.length;
  return (
    <Page
      title={incident.title}
      crumbs={crumbs}
      marks={<Tags tags={incident.tags} />}
      actions={
        <>
          {divisible && (
            <Button icon={<BranchForkRegular />} disabled={!some} onClick={() => setAsking(true)}>
              {t("moveOut.action")}
            </Button>
          )}
          <HandOver about={aboutIncident(incident.id)} />
        </>
      }
    >
      <IncidentBody incident={incident} choice={divisible ? choice : undefined} />
      {asking && (
        <MoveOutDialog
          incidentId={incident.id}
          alerts={incident.alerts.filter(({ id }) => choice.chosen.includes(id))}
          onClose={() => setAsking(false)}
          onDone={() => {
            setAsking(false);
            choice.clear();
          }}
        />
      )}
    </Page>
  );
}

function IncidentBody({ incident, choice }: { incident: IncidentDetail; choice?: Choice<string> }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("incidents");
  const { tenant } = route.useParams();
  const update = useIncidentUpdate(incident.id);
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <Card title={t("section.alerts")} flush>
          <AlertTable alerts={incident.alerts} choice={choice} />
        </Card>
        <Handoffs about={aboutIncident(incident.id)} />
        <Comments comments={incident.comments} send={(comment) => update.mutateAsync({ comment })} />
      </div>
      <div className={styles.column}>
        <Card title={t("section.details")}>
          <Facts
            facts={[
              [t("column.severity"), <SeverityMark key="severity" value={incident.severity} />],
              [t("column.status"), <StatusMark key="status" value={incident.status} />],
              [t("column.firstActivity"), <Time key="first" value={incident.first_activity} />],
              [t("column.lastActivity"), <Time key="last" value={incident.last_activity} />],
              [t("column.created"), <Time key="created" value={incident.created} />],
              [t("column.updated"), <Time key="updated" value={incident.updated} />],
            ]}
          />
        </Card>
        {incident.devices.length > 0 && (
          <Card title={t("section.devices")}>
            <ul className={styles.list}>
              {incident.devices.map(({ device_id, device_name }) => (
                <li key={device_id}>
                  <TextLink to="/tenants/$tenant/devices/$deviceId" params={{ tenant, deviceId: device_id }}>
                    {device_name}
                  </TextLink>
                </li>
              ))}
            </ul>
          </Card>
        )}
        {incident.accounts.length > 0 && (
          <Card title={t("section.accounts")}>
            <ul className={styles.list}>
              {incident.accounts.map(({ account_domain, account_name, account_sid, account_upn }) => (
                <li key={account_sid + account_upn + account_domain + account_name}>{account_upn || [account_domain, account_name].filter(Boolean).join("\\")}</li>
              ))}
            </ul>
          </Card>
        )}
      </div>
    </div>
  );
}
