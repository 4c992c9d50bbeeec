import { Badge, Button, Text } from "@fluentui/react-components";
import { DeleteRegular, EditRegular, MailAddRegular, MailCheckmarkRegular, MailRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deleteEmailRule, emailRulesQuery } from "@/shared/api/settings";
import type { EmailRule } from "@/shared/api/types";
import { chosenSources } from "@/shared/choice/choice";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { useNotify } from "@/shared/ui/toasts";
import { RuleDialog } from "./RuleDialog";
import { Suppressions } from "./Suppressions";
import { TestMailDialog } from "./TestMailDialog";

const route = getRouteApi("/in/tenants/$tenant/settings/email-notifications");

type Asking = { what: "create" } | { what: "edit" | "delete" | "test"; rule: EmailRule };

/** Who is told by mail: rules with recipients, and the proof of each delivery. */
export function EmailRulesPage(): ReactElement {
  const { t } = useTranslation(["emailRules", "choice", "shell", "common"]);
  const { tenant } = route.useParams();
  const queries = useQueryClient();
  const notify = useNotify();
  const list = useQuery(emailRulesQuery(tenant));
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const remove = useMutation({
    mutationFn: (id: string) => deleteEmailRule(tenant, id),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: emailRulesQuery(tenant).queryKey });
      notify(t("emailRules:deleted"));
    },
  });
  const names = (severities: EmailRule["severities"]) => severities.map((value) => t(`common:severity.${value}`)).join(", ");
  const severityNames = ({ severities, detections }: EmailRule) =>
    [...(severities.length > 0 ? [names(severities)] : []), ...chosenSources(detections).map(([source, chosen]) => `${source}: ${names(chosen)}`)].join(" · ");
  const columns: TableColumn<EmailRule>[] = [
    { id: "name", header: t("emailRules:field.name"), cell: ({ name, description }) => <RuleName name={name} description={description} /> },
    { id: "state", header: t("emailRules:field.state"), cell: ({ enabled }) => <Badge appearance="tint" color={enabled ? "success" : "informative"}>{t(enabled ? "emailRules:on" : "emailRules:off")}</Badge> },
    { id: "severities", header: t("emailRules:field.severities"), cell: (rule) => severityNames(rule) },
    { id: "recipients", header: t("emailRules:field.recipients"), cell: ({ recipients }) => recipients.join(", ") },
    { id: "devices", header: t("choice:devices"), cell: ({ device_groups }) => t(device_groups === null ? "choice:all" : "choice:count", { count: device_groups?.length ?? 0 }) },
    {
      id: "attempts",
      header: t("emailRules:field.attempts"),
      cell: ({ id }) => (
        <TextLink to="/tenants/$tenant/settings/email-notifications/$ruleId/attempts" params={{ tenant, ruleId: id }}>
          {t("emailRules:attempts.open")}
        </TextLink>
      ),
    },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (rule) => (
        <span style={{ whiteSpace: "nowrap" }}>
          <Button size="small" appearance="subtle" icon={<MailCheckmarkRegular />} aria-label={t("emailRules:test.one", { name: rule.name })} title={t("emailRules:test.title")} onClick={() => setAsking({ what: "test", rule })} />
          <Button size="small" appearance="subtle" icon={<EditRegular />} aria-label={t("emailRules:editOne", { name: rule.name })} title={t("common:action.edit")} onClick={() => setAsking({ what: "edit", rule })} />
          <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t("emailRules:deleteOne", { name: rule.name })} title={t("common:action.delete")} onClick={() => setAsking({ what: "delete", rule })} />
        </span>
      ),
    },
  ];
  const create = (
    <Button appearance="primary" icon={<MailAddRegular />} onClick={() => setAsking({ what: "create" })}>
      {t("emailRules:create")}
    </Button>
  );
  return (
    <Page
      title={t("shell:settings.item.emailNotifications")}
      lead={t("emailRules:lead")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.endpoints") }, { text: t("shell:settings.part.general") }, { text: t("shell:settings.item.emailNotifications") }]}
      actions={create}
    >
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<MailRegular />} title={t("emailRules:none.title")} text={t("emailRules:none.text")} />
          ) : (
            <DataTable label={t("shell:settings.item.emailNotifications")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
      <Card title={t("emailRules:trouble.title")}>
        <Text>{t("emailRules:trouble.text")}</Text>
        <TextLink to="/tenants/$tenant/settings/email-notifications/trace" params={{ tenant }}>
          {t("emailRules:trace.title")}
        </TextLink>
      </Card>
      <Suppressions tenant={tenant} />
      {asking?.what === "create" && <RuleDialog onClose={close} />}
      {asking?.what === "edit" && <RuleDialog rule={asking.rule} onClose={close} />}
      {asking?.what === "test" && <TestMailDialog rule={asking.rule} onClose={close} />}
      {asking?.what === "delete" && (
        <FormDialog open title={t("emailRules:delete")} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={close} onSubmit={() => remove.mutate(asking.rule.id)}>
          <Text>{t("emailRules:deleteText", { name: asking.rule.name })}</Text>
        </FormDialog>
      )}
    </Page>
  );
}

function RuleName({ name, description }: { name: string; description: string }): ReactElement {
  return (
    <>
      <Text weight="semibold">{name}</Text>
      {description && (
        <Text size={200} block>
          {description}
        </Text>
      )}
    </>
  );
}
