import { Button, Field, Input, Text } from "@fluentui/react-components";
import { DeleteRegular, KeyMultipleRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { createIngestKey, deleteIngestKey, ingestKeysQuery } from "@/shared/api/settings";
import type { IngestKey, NewIngestKey } from "@/shared/api/types";
import { useSession, useTenant } from "@/shared/session/session";
import { fromLocalInput } from "@/shared/time/time";
import { Card } from "@/shared/ui/Card";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog, SecretDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { ingestCommand } from "./commands";

const route = getRouteApi("/in/tenants/$tenant/settings/ingest-keys");

/** Keys with which shippers send data of this organisation. */
export function IngestKeysPage(): ReactElement {
  const { t } = useTranslation(["access", "shell", "common"]);
  const { tenant } = route.useParams();
  const queries = useQueryClient();
  const notify = useNotify();
  const list = useQuery(ingestKeysQuery(tenant));
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<NewIngestKey | null>(null);
  const [removing, setRemoving] = useState<IngestKey | null>(null);
  const remove = useMutation({
    mutationFn: (id: string) => deleteIngestKey(tenant, id),
    onSuccess: async () => {
      setRemoving(null);
      await queries.invalidateQueries({ queryKey: ingestKeysQuery(tenant).queryKey });
      notify(t("access:ingest.removed"));
    },
  });
  const columns: TableColumn<IngestKey>[] = [
    { id: "name", header: t("access:ingest.name"), cell: ({ name }) => <Text weight="semibold">{name}</Text> },
    { id: "prefix", header: t("access:ingest.prefix"), cell: ({ prefix }) => <code>{prefix}…</code> },
    { id: "created", header: t("access:created"), cell: ({ created }) => <Time value={created} /> },
    { id: "expires", header: t("access:ingest.expires"), cell: ({ expires_at }) => (expires_at ? <Time value={expires_at} /> : t("access:ingest.never")) },
    { id: "used", header: t("access:ingest.lastUsed"), cell: ({ last_used_at }) => (last_used_at ? <Time value={last_used_at} ago /> : t("access:ingest.unused")) },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (key) => <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t("access:ingest.removeOne", { name: key.name })} title={t("common:action.delete")} onClick={() => setRemoving(key)} />,
    },
  ];
  return (
    <Page
      title={t("shell:settings.item.ingestKeys")}
      lead={t("access:ingest.lead")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.data") }, { text: t("shell:settings.item.ingestKeys") }]}
      actions={
        <Button appearance="primary" icon={<KeyMultipleRegular />} onClick={() => setCreating(true)}>
          {t("access:ingest.add")}
        </Button>
      }
    >
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<KeyMultipleRegular />} title={t("access:ingest.none")} text={t("access:ingest.noneText")} />
          ) : (
            <DataTable label={t("shell:settings.item.ingestKeys")} columns={columns} rows={list.data?.items.filter(({ revoked_at }) => revoked_at === null)} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
      {creating && (
        <CreateDialog
          onClose={() => setCreating(false)}
          onMade={(key) => {
            setCreating(false);
            setMade(key);
          }}
        />
      )}
      {made && (
        <SecretDialog open title={t("access:ingest.made")} text={t("access:ingest.secretText")} onClose={() => setMade(null)}>
          <Field label={t("access:ingest.secret")}>
            <CodeBlock text={made.secret} label={t("access:ingest.secret")} />
          </Field>
          <Field label={t("access:ingest.command")}>
            <CodeBlock text={ingestCommand(window.location.origin, made.secret)} label={t("access:ingest.command")} />
          </Field>
        </SecretDialog>
      )}
      {removing && (
        <FormDialog open title={t("access:ingest.remove")} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={() => setRemoving(null)} onSubmit={() => remove.mutate(removing.id)}>
          <Text>{t("access:ingest.removeText", { name: removing.name })}</Text>
        </FormDialog>
      )}
    </Page>
  );
}

function CreateDialog({ onClose, onMade }: { onClose: () => void; onMade: (key: NewIngestKey) => void }): ReactElement {
  const { t } = useTranslation(["access", "common"]);
  const { slug } = useTenant();
  const { timezone } = useSession().person;
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [expires, setExpires] = useState("");
  const create = useMutation({
    mutationFn: () => createIngestKey(slug, { name: name.trim(), sources: [], expires_at: fromLocalInput(expires, timezone)?.toISOString() ?? null }),
    onSuccess: async (key) => {
      await queries.invalidateQueries({ queryKey: ingestKeysQuery(slug).queryKey });
      onMade(key);
    },
  });
  return (
    <FormDialog open title={t("access:ingest.add")} submit={t("common:action.create")} busy={create.isPending || !name.trim()} error={create.error} onClose={onClose} onSubmit={() => create.mutate()}>
      <Field label={t("access:ingest.name")} hint={t("access:ingest.nameHint")} required>
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label={t("access:ingest.expires")} hint={t("access:ingest.expiresHint")}>
        <Input type="datetime-local" value={expires} onChange={(_, data) => setExpires(data.value)} />
      </Field>
    </FormDialog>
  );
}
