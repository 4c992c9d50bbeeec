import { Badge, Button, Field, Input } from "@fluentui/react-components";
import { PlugConnectedRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { replayMessage, replayPeriod, webhookMessagesQuery, webhooksQuery } from "@/shared/api/delivery";
import type { WebhookMessage } from "@/shared/api/types";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";

const route = getRouteApi("/in/tenants/$tenant/settings/webhooks/$webhookId/messages");
const COLORS = { sent: "success", failed: "danger", queued: "warning" } as const;

/** Every message of a webhook with its calls, which are the proof of delivery; any of them can be sent again. */
export function MessagesPage(): ReactElement {
  const { t } = useTranslation(["webhooks", "shell"]);
  const { tenant, webhookId } = route.useParams();
  const queries = useQueryClient();
  const hooks = useQuery(webhooksQuery(tenant));
  const list = useQuery(webhookMessagesQuery(tenant, webhookId));
  const [period, setPeriod] = useState(false);
  const again = useMutation({
    mutationFn: (id: string) => replayMessage(tenant, webhookId, id),
    onSuccess: () => queries.invalidateQueries({ queryKey: webhookMessagesQuery(tenant, webhookId).queryKey }),
  });
  const columns: TableColumn<WebhookMessage>[] = [
    { id: "at", header: t("webhooks:time"), cell: ({ created }) => <Time value={created} /> },
    { id: "event", header: t("webhooks:events"), cell: (message) => <About message={message} tenant={tenant} /> },
    {
      id: "state",
      header: t("webhooks:state.label"),
      cell: ({ state }) => (
        <Badge appearance="tint" color={COLORS[state]}>
          {t(`webhooks:state.${state}`)}
        </Badge>
      ),
    },
    { id: "answer", header: t("webhooks:answer"), cell: (message) => <Calls message={message} /> },
    {
      id: "again",
      header: "",
      end: true,
      cell: ({ id, message_id, state }) => (
        <Button size="small" disabled={state === "queued" || again.isPending} aria-label={t("webhooks:againOne", { id: message_id })} onClick={() => again.mutate(id)}>
          {t("webhooks:again")}
        </Button>
      ),
    },
  ];
  return (
    <Page
      title={t("webhooks:messages")}
      lead={hooks.data?.items.find(({ id }) => id === webhookId)?.name ?? t("webhooks:messagesLead")}
      crumbs={[{ text: t("shell:settings.item.webhooks"), link: { to: "/tenants/$tenant/settings/webhooks", params: { tenant } } }, { text: t("webhooks:messages") }]}
      actions={<Button onClick={() => setPeriod(true)}>{t("webhooks:period")}</Button>}
    >
      {again.error && <ProblemBar error={again.error} />}
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<PlugConnectedRegular />} title={t("webhooks:noMessages")} text={t("webhooks:noMessagesText")} />
          ) : (
            <DataTable label={t("webhooks:messages")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
      {period && <PeriodDialog onClose={() => setPeriod(false)} />}
    </Page>
  );
}

function About({ message: { event, alert_id }, tenant }: { message: WebhookMessage; tenant: string }): ReactElement {
  const { t } = useTranslation("webhooks");
  const name = t(`event.${event}`);
  if (!alert_id) return <>{name}</>;
  return (
    <TextLink to="/tenants/$tenant/alerts/$alertId" params={{ tenant, alertId: alert_id }}>
      {name}
    </TextLink>
  );
}

function Calls({ message: { attempts, next_at } }: { message: WebhookMessage }): ReactElement {
  const { t } = useTranslation(["webhooks", "emailRules"]);
  return (
    <>
      {attempts.map(({ at, outcome, code, answer, milliseconds }) => (
        <div key={at}>
          <Time value={at} /> · {t(`webhooks:outcome.${outcome}`)} {code} {answer.slice(0, 200)} ({milliseconds} ms)
        </div>
      ))}
      {next_at && attempts.length > 0 && (
        <div>
          {t("emailRules:attempts.next")} <Time value={next_at} />
        </div>
      )}
      {attempts.length === 0 && "–"}
    </>
  );
}

/** A local time as `datetime-local` fields write it. */
const field = (moment: Date) => new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

const DAY_MS = 86_400_000;

function PeriodDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation("webhooks");
  const { tenant, webhookId } = route.useParams();
  const queries = useQueryClient();
  const notify = useNotify();
  const [since, setSince] = useState(() => field(new Date(Date.now() - DAY_MS)));
  const [until, setUntil] = useState(() => field(new Date(Date.now() + 60_000)));
  const replay = useMutation({
    mutationFn: () => replayPeriod(tenant, webhookId, new Date(since).toISOString(), new Date(until).toISOString()),
    onSuccess: async ({ messages }) => {
      notify(t("periodDone", { count: messages }));
      onClose();
      await queries.invalidateQueries({ queryKey: webhookMessagesQuery(tenant, webhookId).queryKey });
    },
  });
  return (
    <FormDialog open title={t("period")} submit={t("again")} busy={replay.isPending || !since || !until} error={replay.error} onClose={onClose} onSubmit={() => replay.mutate()}>
      <Field label={t("since")}>
        <Input type="datetime-local" value={since} onChange={(_, data) => setSince(data.value)} />
      </Field>
      <Field label={t("until")}>
        <Input type="datetime-local" value={until} onChange={(_, data) => setUntil(data.value)} />
      </Field>
    </FormDialog>
  );
}
