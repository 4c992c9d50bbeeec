import { makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { notificationQuery } from "@/shared/api/incidents";
import type { NotificationDetail } from "@/shared/api/types";
import { EvidenceRecord } from "@/shared/evidence/EvidenceRecord";
import { Techniques } from "@/shared/incidents/Techniques";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { Facts } from "@/shared/ui/Facts";
import { CategoryName, SeverityMark, Tags } from "@/shared/ui/marks";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { Steps } from "@/shared/ui/Steps";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "1080px" },
  separate: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalL },
});

const route = getRouteApi("/in/tenants/$tenant/notifications/$notificationId");

export function NotificationPage(): ReactElement {
  const { t } = useTranslation(["notifications", "common"]);
  const { tenant, notificationId } = route.useParams();
  const notification = useQuery(notificationQuery(tenant, notificationId));
  const crumbs = [
    { text: t("notifications:title"), link: { to: "/tenants/$tenant/notifications" as const, params: { tenant } } },
    { text: t("notifications:one") },
  ];
  if (notification.error) {
    return (
      <Page title={t("notifications:one")} crumbs={crumbs}>
        <ProblemBar error={notification.error} retry={() => void notification.refetch()} />
      </Page>
    );
  }
  if (!notification.data) return <Spinner label={t("common:loading")} style={{ marginTop: 80 }} />;
  const { title, alert_id, tags } = notification.data;
  return (
    <Page
      title={title}
      crumbs={crumbs}
      marks={<Tags tags={tags} />}
      actions={
        <ButtonLink to="/tenants/$tenant/alerts/$alertId" params={{ tenant, alertId: alert_id }} appearance="primary">
          {t("notifications:openAlert")}
        </ButtonLink>
      }
    >
      <NotificationBody notification={notification.data} />
    </Page>
  );
}

function NotificationBody({ notification }: { notification: NotificationDetail }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("notifications");
  return (
    <div className={styles.column}>
      <Card title={t("section.summary")}>
        <Prose text={notification.summary} />
        <Facts
          facts={[
            [t("column.severity"), <SeverityMark key="severity" value={notification.severity} />],
            [t("column.category"), <CategoryName key="category" value={notification.category} />],
            [t("column.activity"), <span key="activity"><Time value={notification.first_activity} /> – <Time value={notification.last_activity} /></span>],
            [t("author"), notification.author],
            [t("column.published"), <Time key="published" value={notification.created} />],
          ]}
        />
        <Techniques techniques={notification.techniques} />
      </Card>
      <Card title={t("section.whatHappened")}>
        <Prose text={notification.what_happened} />
      </Card>
      <Card title={t("section.recommended")}>
        <Steps steps={notification.recommended_steps} />
      </Card>
      {notification.evidence.length > 0 && (
        <Card title={t("section.evidence")}>
          {notification.evidence.map((evidence, index) => (
            <div key={evidence.id} className={index > 0 ? styles.separate : undefined}>
              <EvidenceRecord evidence={evidence} />
            </div>
          ))}
        </Card>
      )}
    </div>
  );
}
