import { Badge, Button, Field, Input, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { mailTraceQuery } from "@/shared/api/settings";
import type { MailTrace } from "@/shared/api/types";
import { useSession } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Facts } from "@/shared/ui/Facts";
import { SeverityMark } from "@/shared/ui/marks";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { Tries } from "./Tries";

const useStyles = makeStyles({ form: { display: "flex", gap: tokens.spacingHorizontalM, alignItems: "flex-end", flexWrap: "wrap" }, field: { minWidth: "min(100%, 340px)" } });

const route = getRouteApi("/in/tenants/$tenant/settings/email-notifications/trace");

/** "Why did this person not get that mail?": asks for alert and recipient, and shows what each rule and the mail server say. */
export function TracePage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["emailRules", "shell"]);
  const { tenant } = route.useParams();
  const { alert = "", recipient = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const { email } = useSession().person;
  const [asked, setAsked] = useState({ alert, recipient: recipient || email });
  const found = useQuery({ ...mailTraceQuery(tenant, alert, recipient), enabled: alert !== "" && recipient !== "" });
  const ask = (event: SyntheticEvent) => {
    event.preventDefault();
    void navigate({ search: { alert: asked.alert.trim(), recipient: asked.recipient.trim() } });
  };
  return (
    <Page
      title={t("emailRules:trace.title")}
      lead={t("emailRules:trace.lead")}
      crumbs={[{ text: t("shell:settings.item.emailNotifications"), link: { to: "/tenants/$tenant/settings/email-notifications", params: { tenant } } }, { text: t("emailRules:trace.title") }]}
    >
      <Card>
        <form className={styles.form} onSubmit={ask}>
          <Field label={t("emailRules:trace.alert")} className={styles.field} required>
            <Input value={asked.alert} onChange={(_, { value }) => setAsked({ ...asked, alert: value })} />
          </Field>
          <Field label={t("emailRules:test.recipient")} className={styles.field} required>
            <Input value={asked.recipient} onChange={(_, { value }) => setAsked({ ...asked, recipient: value })} />
          </Field>
          <Button appearance="primary" type="submit" disabled={!asked.alert.trim() || !asked.recipient.trim()}>
            {t("emailRules:trace.ask")}
          </Button>
        </form>
      </Card>
      {found.error && <ProblemBar error={found.error} />}
      {found.data && <Answer trace={found.data} />}
    </Page>
  );
}

const INTENTS = { sent: "success", queued: "info", kept: "info", failed: "error", bounced: "error", suppressed: "error" } as const;

function Answer({ trace }: { trace: MailTrace }): ReactElement {
  const { t } = useTranslation(["emailRules", "alerts"]);
  const { tenant } = route.useParams();
  const { mail, rules } = trace;
  const state = mail?.state ?? (rules.length === 0 ? "noRule" : "noMail");
  const columns: TableColumn<MailTrace["rules"][number]>[] = [
    { id: "name", header: t("emailRules:field.name"), cell: ({ name }) => <Text weight="semibold">{name}</Text> },
    {
      id: "why",
      header: t("emailRules:trace.answer"),
      cell: ({ why, since }) => (
        <span>
          <Badge appearance="tint" color={why === "matched" ? "success" : "warning"}>
            {t(`emailRules:trace.why.${why}`)}
          </Badge>{" "}
          {since && <Time value={since} />}
        </span>
      ),
    },
    { id: "changed", header: "", cell: ({ changed_since }) => changed_since && t("emailRules:trace.changed") },
  ];
  return (
    <>
      <MessageBar intent={mail ? INTENTS[mail.state] : "warning"} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t(`emailRules:trace.state.${state}`)}</MessageBarTitle>
          {state === "sent" && t("emailRules:trouble.text")}
        </MessageBarBody>
      </MessageBar>
      <Card title={t("emailRules:trace.facts")}>
        <Facts
          facts={[
            [
              t("emailRules:trace.alert"),
              <TextLink key="alert" to="/tenants/$tenant/alerts/$alertId" params={{ tenant, alertId: trace.alert_id }}>
                {trace.title}
              </TextLink>,
            ],
            [t("alerts:column.severity"), <SeverityMark key="severity" value={trace.severity} />],
            [t("alerts:column.created"), <Time key="published" value={trace.published} />],
            [t("emailRules:test.recipient"), trace.recipient],
            [t("emailRules:trace.messageId"), mail?.message_id],
            [t("emailRules:attempts.tries"), mail && <Tries key="tries" attempts={mail.attempts} next={mail.next_at} />],
          ]}
        />
      </Card>
      {rules.length > 0 && (
        <Card title={t("emailRules:trace.rules")} flush>
          <DataTable label={t("emailRules:trace.rules")} columns={columns} rows={rules} rowKey={({ rule_id }) => rule_id} />
        </Card>
      )}
    </>
  );
}
