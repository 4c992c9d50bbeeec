import { Button, Field, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Spinner, Text, Textarea, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { reviseNotification, withdrawNotification } from "@/shared/api/drafts";
import { notificationQuery } from "@/shared/api/incidents";
import type { NotificationDetail } from "@/shared/api/types";
import { EvidenceRecord } from "@/shared/evidence/EvidenceRecord";
import { HandOver } from "@/shared/handoff/HandOver";
import { Handoffs } from "@/shared/handoff/Handoffs";
import { Techniques } from "@/shared/incidents/Techniques";
import { usePageSubjects } from "@/shared/inquiries/consultation";
import { notificationSubject } from "@/shared/inquiries/subjects";
import { useTenant } from "@/shared/session/session";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { FormDialog } from "@/shared/ui/dialogs";
import { Facts } from "@/shared/ui/Facts";
import { CategoryName, SeverityMark, Tags } from "@/shared/ui/marks";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { Steps } from "@/shared/ui/Steps";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";

const useStyles = makeStyles({
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "1080px" },
  versions: { margin: 0, paddingLeft: "28px", display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  meta: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  separate: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalL },
});

const route = getRouteApi("/in/tenants/$tenant/notifications/$notificationId");

const aboutNotification = (id: string) => ({ subject_kind: "notification" as const, subject_id: id });

export function NotificationPage(): ReactElement {
  const { t } = useTranslation(["notifications", "common"]);
  const { tenant, notificationId } = route.useParams();
  const notification = useQuery(notificationQuery(tenant, notificationId));
  usePageSubjects([notification.data ? notificationSubject(tenant, notification.data) : null]);
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
        <>
          <Changing notification={notification.data} />
          <HandOver about={aboutNotification(notificationId)} />
          <ButtonLink to="/tenants/$tenant/alerts/$alertId" params={{ tenant, alertId: alert_id }} appearance="primary">
            {t("notifications:openAlert")}
          </ButtonLink>
        </>
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
      {notification.withdrawn && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t("withdrawn.title")}</MessageBarTitle>
            {notification.withdrawal_reason} <Time value={notification.withdrawn} />
          </MessageBarBody>
        </MessageBar>
      )}
      <Card title={t("section.summary")}>
        <Prose text={notification.summary} />
        <Facts
          facts={[
            [t("column.severity"), <SeverityMark key="severity" value={notification.severity} />],
            [t("column.category"), <CategoryName key="category" value={notification.category} />],
            [t("column.activity"), <span key="activity"><Time value={notification.first_activity} /> – <Time value={notification.last_activity} /></span>],
            [t("author"), notification.author],
            [t("column.published"), <Time key="published" value={notification.created} />],
            [t("version.label"), notification.version],
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
      <Handoffs about={aboutNotification(notification.id)} />
      {notification.versions.length > 1 && (
        <Card title={t("section.versions")}>
          <ol reversed className={styles.versions}>
            {notification.versions.map(({ number, title, change_note, published, published_by }) => (
              <li key={number} value={number}>
                <Text weight="semibold">{title}</Text>
                {change_note && <Prose text={change_note} />}
                <div className={styles.meta}>
                  <Time value={published} /> · {published_by}
                </div>
              </li>
            ))}
          </ol>
        </Card>
      )}
    </div>
  );
}

/** What hunters and leads do with a published notification: its next version, or its end. */
function Changing({ notification: { id, withdrawn } }: { notification: NotificationDetail }): ReactElement | null {
  const { t } = useTranslation("notifications");
  const { tenant } = route.useParams();
  const { can } = useTenant();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const notify = useNotify();
  const [withdrawing, setWithdrawing] = useState(false);
  const [reason, setReason] = useState("");
  const revise = useMutation({
    mutationFn: () => reviseNotification(tenant, id),
    onSuccess: (draft) => navigate({ to: "/tenants/$tenant/drafts/$draftId", params: { tenant, draftId: draft.id } }),
  });
  const withdraw = useMutation({
    mutationFn: () => withdrawNotification(tenant, id, reason.trim()),
    onSuccess: async (saved) => {
      queries.setQueryData(notificationQuery(tenant, id).queryKey, saved);
      await queries.invalidateQueries({ queryKey: ["tenant", tenant] });
      setWithdrawing(false);
      notify(t("withdrawn.done"));
    },
  });
  if (withdrawn) return null;
  return (
    <>
      {can("draft:write") && (
        <Button disabled={revise.isPending} onClick={() => revise.mutate()}>
          {t("revise")}
        </Button>
      )}
      {can("draft:publish") && <Button onClick={() => setWithdrawing(true)}>{t("withdraw.open")}</Button>}
      {revise.error && <ProblemBar error={revise.error} />}
      {withdrawing && (
        <FormDialog open title={t("withdraw.title")} submit={t("withdraw.open")} busy={withdraw.isPending || reason.trim() === ""} error={withdraw.error} onClose={() => setWithdrawing(false)} onSubmit={() => withdraw.mutate()}>
          <Text>{t("withdraw.text")}</Text>
          <Field label={t("withdraw.reason")} required>
            <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
          </Field>
        </FormDialog>
      )}
    </>
  );
}
