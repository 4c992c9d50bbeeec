import { Button, Field, makeStyles, Text, Textarea, tokens } from "@fluentui/react-components";
import { AppsListRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { applicationsQuery, approveApplication, declineApplication } from "@/shared/api/provider";
import type { Application } from "@/shared/api/types";
import { Card } from "@/shared/ui/Card";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { Facts } from "@/shared/ui/Facts";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";

const useStyles = makeStyles({ grid: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 420px), 1fr))", gap: tokens.spacingHorizontalL }, actions: { display: "flex", gap: tokens.spacingHorizontalS } });

/** Applications for the service that wait for an account manager. */
export function ApplicationsPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("enrolment");
  const list = useQuery(applicationsQuery("submitted"));
  const [asking, setAsking] = useState<{ application: Application; decision: "approve" | "decline" } | null>(null);
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
          <Card key={application.id} title={application.tenant.name}>
            <Facts
              facts={[
                [t("fact.applicant"), application.name],
                [t("apply.email"), application.email],
                [t("fact.submitted"), <Time key="submitted" value={application.submitted_at} />],
                [t("fact.statement"), application.privacy_statement_version],
              ]}
            />
            <div className={styles.actions}>
              <Button appearance="primary" onClick={() => setAsking({ application, decision: "approve" })}>
                {t("applications.approve")}
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

function DecisionDialog({ application, decision, onClose }: { application: Application; decision: "approve" | "decline"; onClose: () => void }): ReactElement {
  const { t } = useTranslation("enrolment");
  const queries = useQueryClient();
  const notify = useNotify();
  const [reason, setReason] = useState("");
  const declining = decision === "decline";
  const name = application.tenant.name;
  const decide = useMutation({
    mutationFn: () => (declining ? declineApplication(application.id, reason.trim()) : approveApplication(application.id)),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["provider"] });
      notify(t(declining ? "applications.declined" : "applications.approved", { name }));
      onClose();
    },
  });
  return (
    <FormDialog
      open
      title={t(declining ? "applications.declineTitle" : "applications.approveTitle", { name })}
      submit={t(declining ? "applications.decline" : "applications.approve")}
      busy={decide.isPending || (declining && reason.trim() === "")}
      error={decide.error}
      onClose={onClose}
      onSubmit={() => decide.mutate()}
    >
      <Text>{t(declining ? "applications.declineText" : "applications.approveText", { email: application.email })}</Text>
      {declining && (
        <Field label={t("applications.reason")} required>
          <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
        </Field>
      )}
    </FormDialog>
  );
}
