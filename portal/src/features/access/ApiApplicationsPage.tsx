import { Badge, Button, Checkbox, Field, Input, makeStyles, Text } from "@fluentui/react-components";
import { AppGenericRegular, DeleteRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { apiClientsQuery, createApiClient, deleteApiClient } from "@/shared/api/settings";
import type { ApiClient, NewApiClient } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { CopyButton } from "@/shared/ui/CopyButton";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog, SecretDialog } from "@/shared/ui/dialogs";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { API_ROLES } from "./roles";
import { tokenCommand } from "./commands";

const useStyles = makeStyles({ roles: { display: "flex", gap: "4px", flexWrap: "wrap" }, choices: { display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(220px, 1fr))" } });

const route = getRouteApi("/in/tenants/$tenant/settings/api-applications");

/** Machines that read alerts or hunt over the APIs, each with its own secret and only the roles it needs. */
export function ApiApplicationsPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["access", "shell", "common"]);
  const { tenant } = route.useParams();
  const queries = useQueryClient();
  const notify = useNotify();
  const list = useQuery(apiClientsQuery(tenant));
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<NewApiClient | null>(null);
  const [removing, setRemoving] = useState<ApiClient | null>(null);
  const remove = useMutation({
    mutationFn: (id: ApiClient["id"]) => deleteApiClient(tenant, id),
    onSuccess: async () => {
      setRemoving(null);
      await queries.invalidateQueries({ queryKey: apiClientsQuery(tenant).queryKey });
      notify(t("access:api.removed"));
    },
  });
  const columns: TableColumn<ApiClient>[] = [
    { id: "name", header: t("access:api.name"), cell: ({ name }) => <Text weight="semibold">{name}</Text> },
    {
      id: "client",
      header: t("access:api.clientId"),
      cell: ({ client_id }) => (
        <span style={{ whiteSpace: "nowrap" }}>
          <code>{client_id}</code> <CopyButton value={client_id} />
        </span>
      ),
    },
    {
      id: "roles",
      header: t("access:api.roles"),
      cell: ({ roles }) => (
        <span className={styles.roles}>
          {roles.map((role) => (
            <Badge key={role} appearance="tint" color="informative" shape="rounded">
              {role}
            </Badge>
          ))}
        </span>
      ),
    },
    { id: "created", header: t("access:created"), cell: ({ created }) => <Time value={created} /> },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (application) => <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t("access:api.removeOne", { name: application.name })} title={t("common:action.delete")} onClick={() => setRemoving(application)} />,
    },
  ];
  return (
    <Page
      title={t("shell:settings.item.apiApplications")}
      lead={t("access:api.lead")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.permissions") }, { text: t("shell:settings.item.apiApplications") }]}
      actions={
        <Button appearance="primary" icon={<AppGenericRegular />} onClick={() => setCreating(true)}>
          {t("access:api.add")}
        </Button>
      }
    >
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<AppGenericRegular />} title={t("access:api.none")} text={t("access:api.noneText")} />
          ) : (
            <DataTable label={t("shell:settings.item.apiApplications")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
      {creating && (
        <CreateDialog
          onClose={() => setCreating(false)}
          onMade={(application) => {
            setCreating(false);
            setMade(application);
          }}
        />
      )}
      {made && (
        <SecretDialog open title={t("access:api.made")} text={t("access:api.secretText")} onClose={() => setMade(null)}>
          <Field label={t("access:api.clientId")}>
            <CodeBlock text={made.client_id} label={t("access:api.clientId")} />
          </Field>
          <Field label={t("access:api.secret")}>
            <CodeBlock text={made.client_secret} label={t("access:api.secret")} />
          </Field>
          <Field label={t("access:api.command")}>
            <CodeBlock text={tokenCommand(window.location.origin, tenant, made)} label={t("access:api.command")} />
          </Field>
        </SecretDialog>
      )}
      {removing && (
        <FormDialog open title={t("access:api.remove")} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={() => setRemoving(null)} onSubmit={() => remove.mutate(removing.id)}>
          <Text>{t("access:api.removeText", { name: removing.name })}</Text>
        </FormDialog>
      )}
    </Page>
  );
}

function CreateDialog({ onClose, onMade }: { onClose: () => void; onMade: (application: NewApiClient) => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["access", "common"]);
  const { slug } = useTenant();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<readonly string[]>(["Alert.Read.All"]);
  const create = useMutation({
    mutationFn: () => createApiClient(slug, { name: name.trim(), roles: [...roles] }),
    onSuccess: async (application) => {
      await queries.invalidateQueries({ queryKey: apiClientsQuery(slug).queryKey });
      onMade(application);
    },
  });
  const toggle = (role: string, on: boolean) => setRoles(API_ROLES.filter((value) => (value === role ? on : roles.includes(value))));
  return (
    <FormDialog open title={t("access:api.add")} submit={t("common:action.create")} busy={create.isPending || !name.trim() || roles.length === 0} error={create.error} onClose={onClose} onSubmit={() => create.mutate()}>
      <Field label={t("access:api.name")} required>
        <Input value={name} onChange={(_, data) => setName(data.value)} placeholder="SIEM" />
      </Field>
      <FieldGroup label={t("access:api.roles")} hint={t("access:api.rolesHint")}>
        <div className={styles.choices}>
          {API_ROLES.map((role) => (
            <Checkbox key={role} checked={roles.includes(role)} label={role} onChange={(_, data) => toggle(role, data.checked === true)} />
          ))}
        </div>
      </FieldGroup>
    </FormDialog>
  );
}
