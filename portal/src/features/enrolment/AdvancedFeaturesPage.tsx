import { Badge, Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Spinner, Switch, Text, tokens } from "@fluentui/react-components";
import { ShieldTaskRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { coverageQuery, enrolmentQuery, switchService } from "@/shared/api/settings";
import type { Enrolment } from "@/shared/api/types";
import { Readiness } from "@/shared/coverage/Readiness";
import { SampleButton } from "@/shared/incidents/SampleButton";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { Facts } from "@/shared/ui/Facts";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { ApplyDialog } from "./ApplyDialog";
import { Question } from "./Question";
import { SectorCard } from "./SectorCard";
import { WithdrawDialog } from "./WithdrawDialog";

const useStyles = makeStyles({
  feature: { display: "flex", gap: tokens.spacingHorizontalL, alignItems: "flex-start" },
  icon: { fontSize: "32px", lineHeight: 0, color: tokens.colorBrandForeground1, paddingTop: "2px" },
  words: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, flexGrow: 1, minWidth: 0 },
  head: { display: "flex", gap: tokens.spacingHorizontalM, alignItems: "center", flexWrap: "wrap" },
  name: { margin: 0, fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  text: { maxWidth: "76ch", color: tokens.colorNeutralForeground2 },
  footer: { display: "flex", gap: tokens.spacingHorizontalS, borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalM },
});

const route = getRouteApi("/in/tenants/$tenant/settings/advanced-features");

/** Settings > Endpoints > General > Advanced features: apply for the service, see where it stands, switch it. */
export function AdvancedFeaturesPage(): ReactElement {
  const { t } = useTranslation(["enrolment", "shell", "common"]);
  const { tenant } = route.useParams();
  const enrolment = useQuery(enrolmentQuery(tenant));
  return (
    <Page
      title={t("shell:settings.item.advancedFeatures")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.endpoints") }, { text: t("shell:settings.part.general") }, { text: t("shell:settings.item.advancedFeatures") }]}
    >
      {enrolment.isPending && <Spinner label={t("common:loading")} />}
      {enrolment.error && <ProblemBar error={enrolment.error} retry={() => void enrolment.refetch()} />}
      {enrolment.data && <Service key={String(enrolment.data.service_on)} enrolment={enrolment.data} />}
      <SectorCard tenant={tenant} />
    </Page>
  );
}

function Service({ enrolment }: { enrolment: Enrolment }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("enrolment");
  const { tenant } = route.useParams();
  const { can } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const [on, setOn] = useState(enrolment.service_on === true);
  const [dialog, setDialog] = useState<"apply" | "withdraw" | null>(null);
  const save = useMutation({
    mutationFn: () => switchService(tenant, on),
    onSuccess: (saved) => {
      queries.setQueryData(enrolmentQuery(tenant).queryKey, saved);
      notify(t("service.saved"));
    },
  });
  const coverage = useQuery({ ...coverageQuery(tenant, 30), enabled: can("coverage:read") });
  const { state, application } = enrolment;
  const mayChange = can("security_settings:manage") || can("enrolment:apply");
  const mayApply = mayChange && (state === "not_applied" || state === "declined");
  const isOpen = state === "submitted" || state === "details_asked";
  return (
    <>
      {state === "submitted" && application && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t("confirmation.title")}</MessageBarTitle>
            {t("confirmation.text", { email: application.email })}
          </MessageBarBody>
        </MessageBar>
      )}
      {state === "details_asked" && application && <Question messages={application.messages} mayAnswer={mayChange} />}
      {state === "declined" && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t("declined.title")}</MessageBarTitle>
            {application?.reason || t("declined.noReason")} {t("declined.next")}
          </MessageBarBody>
        </MessageBar>
      )}
      {!mayChange && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t("noRight")}</MessageBarBody>
        </MessageBar>
      )}
      <Card>
        <div className={styles.feature}>
          <span className={styles.icon} aria-hidden="true">
            <ShieldTaskRegular />
          </span>
          <div className={styles.words}>
            <div className={styles.head}>
              <h2 className={styles.name}>{t("service.name")}</h2>
              <Badge appearance="tint" color={state === "approved" ? "success" : isOpen ? "warning" : "informative"}>
                {t(`state.${state}`)}
              </Badge>
            </div>
            <Text className={styles.text}>{t("service.text")}</Text>
            <Text className={styles.text}>{t("service.notIncidentResponse")}</Text>
            {coverage.data?.known_devices === 0 && state !== "approved" && (
              <MessageBar intent="warning" layout="multiline">
                <MessageBarBody>{t("noDevices")}</MessageBarBody>
              </MessageBar>
            )}
            <Facts
              facts={[
                [t("fact.devices"), coverage.data?.known_devices],
                [t("fact.applicant"), application && `${application.name} (${application.email})`],
                [t("fact.submitted"), application && <Time key="submitted" value={application.submitted_at} />],
                [t("fact.decided"), application?.decided_at && <Time key="decided" value={application.decided_at} />],
              ]}
            />
          </div>
          {state === "approved" && enrolment.service_on !== null && (
            <Switch checked={on} disabled={!mayChange} label={on ? t("service.on") : t("service.off")} labelPosition="before" aria-label={t("service.name")} onChange={(_, data) => setOn(data.checked)} />
          )}
          {mayApply && (
            <Button appearance="primary" onClick={() => setDialog("apply")}>
              {t("apply.open")}
            </Button>
          )}
          {mayChange && isOpen && <Button onClick={() => setDialog("withdraw")}>{t("withdraw.open")}</Button>}
        </div>
        {save.error && <ProblemBar error={save.error} />}
        {state === "approved" && mayChange && (
          <div className={styles.footer}>
            <Button appearance="primary" disabled={save.isPending || on === enrolment.service_on} onClick={() => save.mutate()}>
              {t("service.save")}
            </Button>
            {enrolment.service_on && <SampleButton />}
          </div>
        )}
      </Card>
      {coverage.data && state !== "approved" && (
        <Card title={t("readiness")}>
          <Readiness checks={coverage.data.checks} />
        </Card>
      )}
      {dialog === "apply" && <ApplyDialog statement={enrolment.privacy_statement} onClose={() => setDialog(null)} />}
      {dialog === "withdraw" && <WithdrawDialog onClose={() => setDialog(null)} />}
    </>
  );
}
