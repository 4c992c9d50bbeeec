import { Badge, Text } from "@fluentui/react-components";
import { MailRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { attemptsQuery, emailRulesQuery } from "@/shared/api/settings";
import type { RuleMail } from "@/shared/api/types";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { Tries } from "./Tries";

const route = getRouteApi("/in/tenants/$tenant/settings/email-notifications/$ruleId/attempts");
const STATE_COLORS: Record<RuleMail["state"], "danger" | "success" | "warning" | "informative"> = { sent: "success", failed: "danger", bounced: "danger", queued: "warning", kept: "informative", suppressed: "danger" };

/** Every delivery that a rule caused: to whom, when, how it ended, and what to look at when it did not arrive. */
export function AttemptsPage(): ReactElement {
  const { t } = useTranslation(["emailRules", "shell"]);
  const { tenant, ruleId } = route.useParams();
  const rules = useQuery(emailRulesQuery(tenant));
  const list = useQuery(attemptsQuery(tenant, ruleId));
  const name = rules.data?.items.find(({ id }) => id === ruleId)?.name ?? "";
  const columns: TableColumn<RuleMail>[] = [
    { id: "at", header: t("emailRules:attempts.at"), cell: ({ created }) => <Time value={created} /> },
    { id: "recipient", header: t("emailRules:test.recipient"), cell: ({ recipient }) => recipient },
    { id: "subject", header: t("emailRules:attempts.subject"), cell: ({ subject }) => subject },
    {
      id: "state",
      header: t("emailRules:field.state"),
      cell: ({ state }) => (
        <Badge appearance="tint" color={STATE_COLORS[state]}>
          {t(`emailRules:attempts.state.${state}`)}
        </Badge>
      ),
    },
    { id: "tries", header: t("emailRules:attempts.tries"), cell: ({ attempts, next_at }) => <Tries attempts={attempts} next={next_at} /> },
  ];
  return (
    <Page
      title={t("emailRules:attempts.title")}
      lead={name}
      crumbs={[{ text: t("shell:settings.item.emailNotifications"), link: { to: "/tenants/$tenant/settings/email-notifications", params: { tenant } } }, { text: t("emailRules:attempts.title") }]}
    >
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<MailRegular />} title={t("emailRules:attempts.none")} text={t("emailRules:attempts.noneText")} />
          ) : (
            <DataTable label={t("emailRules:attempts.title")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
      <Card title={t("emailRules:trouble.title")}>
        <Text>{t("emailRules:trouble.text")}</Text>
      </Card>
    </Page>
  );
}
