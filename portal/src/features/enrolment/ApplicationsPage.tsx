import { Badge, Button, Field, makeStyles, Text, Textarea, tokens } from "@fluentui/react-components";
import { AppsListRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { applicationsQuery, approveApplication, askForDetails, declineApplication } from "@/shared/api/provider";
import { coverageQuery } from "@/shared/api/settings";
import type { Application } from "@/shared/api/types";
import { Readiness } from "@/shared/coverage/Readiness";
import { Card } from "@/shared/ui/Card";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { Facts } from "@/shared/ui/Facts";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { Thread } from "./Thread";

const useStyles = makeStyles({ grid: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 420px), 1fr))", gap: tokens.spacingHorizontalL }, actions: { display: "flex", gap: tokens.spacingHorizontalS }, ready: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS } });

type Decision = "approve" | "decline" | "ask";

/** Applications for the service that wait for an account manager. */
export function ApplicationsPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("enrolment");
  const list = useQuery(applicationsQuery("submitted"));
  const [asking, setAsking] = useState<{ application: Application; decision: Decision } | null>(null);
  return (
    <Page title={t("applications.title")} lead={t("applications.lead")}>
      {list.error && <ProblemBar error={list.error} retry={() => void list.refetch()} />}
      {list.data?.total === 0 && (
        <Card>
          <Empty icon={<AppsListRegular />} title={t("applications.none")} text={t("applications.noneText")} />
        </Card>
      )}
      <div className={styles.grid}>
        {list.data?.items.map((application) => (
          <Card key={application.id} title={application.tenant.name} actions={application.waits_for_customer && <Badge appearance="tint">{t("applications.waits")}</Badge>}>
            <Facts
              facts={[
                [t("fact.applicant"), application.name],
                [t("apply.email"), application.email],
                [t("fact.submitted"), <Time key="submitted" value={application.submitted_at} />],
                [t("fact.statement"), application.privacy_statement_version],
                [t("fact.talk"), <LastTalk key="talk" application={application} />],
              ]}
            />
            <Ready tenant={application.tenant.slug} />
            {application.messages.length > 0 && <Thread messages={application.messages} />}
            <div className={styles.actions}>
              <Button appearance="primary" onClick={() => setAsking({ application, decision: "approve" })}>
                {t("applications.approve")}
              </Button>
              <Button disabled={application.waits_for_customer} onClick={() => setAsking({ application, decision: "ask" })}>
                {t("applications.ask")}
              </Button>
              <Button onClick={() => setAsking({ application, decision: "decline" })}>{t("applications.decline")}</Button>
            </div>
          </Card>
        ))}
      </div>
      {asking && <DecisionDialog {...asking} onClose={() => setAsking(null)} />}
    </Page>
  );
}

function LastTalk({ application: { last_talk, tenant } }: { application: Application }): ReactElement {
  const { t } = useTranslation("enrolment");
  return (
    <TextLink to="/tenants/$tenant/settings/eligibility" params={{ tenant: tenant.slug }}>
      {last_talk ? `${last_talk.held} · ${t(`talk.outcomes.${last_talk.outcome}`)}` : t("talk.missing")}
    </TextLink>
  );
}

/** Whether the applicant's telemetry is enough to hunt in; the page of all its days is a link away. */
function Ready({ tenant }: { tenant: string }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("enrolment");
  const coverage = useQuery(coverageQuery(tenant, 30));
  if (coverage.error) return <ProblemBar error={coverage.error} />;
  return (
    <div className={styles.ready}>
      {coverage.data && <Readiness checks={coverage.data.checks} />}
      <TextLink to="/tenants/$tenant/settings/coverage" params={{ tenant }}>
        {t("applications.coverage")}
      </TextLink>
    </div>
  );
}

const send = (decision: Decision, id: string, words: string) =>
  decision === "approve" ? approveApplication(id) : decision === "decline" ? declineApplication(id, words) : askForDetails(id, words);

function DecisionDialog({ application, decision, onClose }: { application: Application; decision: Decision; onClose: () => void }): ReactElement {
  const { t } = useTranslation("enrolment");
  const queries = useQueryClient();
  const notify = useNotify();
  const [words, setWords] = useState("");
  const needsWords = decision !== "approve";
  const name = application.tenant.name;
  const decide = useMutation({
    mutationFn: () => send(decision, application.id, words.trim()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["provider"] });
      notify(t(`applications.done.${decision}`, { name }));
      onClose();
    },
  });
  return (
    <FormDialog
      open
      title={t(`applications.title_of.${decision}`, { name })}
      submit={t(`applications.${decision}`)}
      busy={decide.isPending || (needsWords && words.trim() === "")}
      error={decide.error}
      onClose={onClose}
      onSubmit={() => decide.mutate()}
    >
      <Text>{t(`applications.text_of.${decision}`, { email: application.email })}</Text>
      {needsWords && (
        <Field label={t(`applications.words_of.${decision}`)} required>
          <Textarea value={words} onChange={(_, data) => setWords(data.value)} />
        </Field>
      )}
    </FormDialog>
  );
}
