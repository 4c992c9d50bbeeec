import { Badge, Button, Field, Text } from "@fluentui/react-components";
import { DeleteRegular, EditRegular, KeyResetRegular, PlugConnectedAddRegular, PlugConnectedRegular, SendRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { changeWebhookSecret, deleteWebhook, testWebhook, webhooksQuery } from "@/shared/api/delivery";
import type { NewWebhook, Webhook } from "@/shared/api/types";
import { Card } from "@/shared/ui/Card";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog, SecretDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { useNotify } from "@/shared/ui/toasts";
import { WebhookDialog } from "./WebhookDialog";

const route = getRouteApi("/in/tenants/$tenant/settings/webhooks");

type Asking = { what: "create" } | { what: "edit" | "delete" | "secret"; hook: Webhook };

/** Where alerts are posted: address, state, and the way to each call that was made. */
export function WebhooksPage(): ReactElement {
  const { t } = useTranslation(["webhooks", "shell", "common"]);
  const { tenant } = route.useParams();
  const queries = useQueryClient();
  const notify = useNotify();
  const list = useQuery(webhooksQuery(tenant));
  const [asking, setAsking] = useState<Asking | null>(null);
  const [made, setMade] = useState<NewWebhook | null>(null);
  const close = () => setAsking(null);
  const refresh = () => queries.invalidateQueries({ queryKey: webhooksQuery(tenant).queryKey });
  const remove = useMutation({ mutationFn: (id: string) => deleteWebhook(tenant, id), onSuccess: async () => { close(); await refresh(); } });
  const renew = useMutation({ mutationFn: (id: string) => changeWebhookSecret(tenant, id), onSuccess: (hook) => { close(); setMade(hook); } });
  const test = useMutation({ mutationFn: (id: string) => testWebhook(tenant, id), onSuccess: () => notify(t("webhooks:tested")) });
  const columns: TableColumn<Webhook>[] = [
    { id: "name", header: t("webhooks:name"), cell: ({ name }) => <Text weight="semibold">{name}</Text> },
    { id: "url", header: t("webhooks:url"), cell: ({ url }) => <code>{url}</code> },
    { id: "state", header: t("webhooks:state.label"), cell: (hook) => <State hook={hook} /> },
    {
      id: "messages",
      header: t("webhooks:messages"),
      cell: ({ id }) => (
        <TextLink to="/tenants/$tenant/settings/webhooks/$webhookId/messages" params={{ tenant, webhookId: id }}>
          {t("webhooks:messages")}
        </TextLink>
      ),
    },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (hook) => (
        <span style={{ whiteSpace: "nowrap" }}>
          <Button size="small" appearance="subtle" icon={<SendRegular />} aria-label={t("webhooks:testOne", { name: hook.name })} title={t("webhooks:test")} onClick={() => test.mutate(hook.id)} />
          <Button size="small" appearance="subtle" icon={<EditRegular />} aria-label={t("webhooks:editOne", { name: hook.name })} title={t("common:action.edit")} onClick={() => setAsking({ what: "edit", hook })} />
          <Button size="small" appearance="subtle" icon={<KeyResetRegular />} aria-label={t("webhooks:newSecretOne", { name: hook.name })} title={t("webhooks:newSecret")} onClick={() => setAsking({ what: "secret", hook })} />
          <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t("webhooks:deleteOne", { name: hook.name })} title={t("common:action.delete")} onClick={() => setAsking({ what: "delete", hook })} />
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("shell:settings.item.webhooks")}
      lead={t("webhooks:lead")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.endpoints") }, { text: t("shell:settings.part.general") }, { text: t("shell:settings.item.webhooks") }]}
      actions={
        <Button appearance="primary" icon={<PlugConnectedAddRegular />} onClick={() => setAsking({ what: "create" })}>
          {t("webhooks:create")}
        </Button>
      }
    >
      {test.error && <ProblemBar error={test.error} />}
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<PlugConnectedRegular />} title={t("webhooks:none")} text={t("webhooks:noneText")} />
          ) : (
            <DataTable label={t("shell:settings.item.webhooks")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
      {asking?.what === "create" && <WebhookDialog onClose={close} onMade={setMade} />}
      {asking?.what === "edit" && <WebhookDialog hook={asking.hook} onClose={close} onMade={setMade} />}
      {asking?.what === "delete" && (
        <FormDialog open title={t("webhooks:delete")} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={close} onSubmit={() => remove.mutate(asking.hook.id)}>
          <Text>{t("webhooks:deleteText", { name: asking.hook.name })}</Text>
        </FormDialog>
      )}
      {asking?.what === "secret" && (
        <FormDialog open title={t("webhooks:newSecretOne", { name: asking.hook.name })} submit={t("webhooks:newSecret")} busy={renew.isPending} error={renew.error} onClose={close} onSubmit={() => renew.mutate(asking.hook.id)}>
          <Text>{t("webhooks:secretText")}</Text>
        </FormDialog>
      )}
      {made && (
        <SecretDialog open title={t("webhooks:secretTitle")} text={t("webhooks:secretText")} onClose={() => setMade(null)}>
          <Field label={t("webhooks:secret")}>
            <CodeBlock text={made.secret} label={t("webhooks:secret")} />
          </Field>
        </SecretDialog>
      )}
    </Page>
  );
}

function State({ hook }: { hook: Webhook }): ReactElement {
  const { t } = useTranslation("webhooks");
  const [text, color] = hook.disabled
    ? ([t("disabled"), "danger"] as const)
    : !hook.enabled
      ? ([t("off"), "informative"] as const)
      : hook.failing_since
        ? ([t("failing"), "warning"] as const)
        : ([t("on"), "success"] as const);
  return (
    <Badge appearance="tint" color={color}>
      {text}
    </Badge>
  );
}
