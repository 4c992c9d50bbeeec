import { Button, Field, Input, Select, Text } from "@fluentui/react-components";
import { PersonAddRegular, PersonDeleteRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { addMember, membersQuery, removeMember } from "@/shared/api/settings";
import type { Member } from "@/shared/api/types";
import { useSession, useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { useNotify } from "@/shared/ui/toasts";
import { CUSTOMER_ROLES, useRoleName } from "./roles";

const route = getRouteApi("/in/tenants/$tenant/settings/people");

/** Who may work in this organisation, and as what. */
export function PeoplePage(): ReactElement {
  const { t } = useTranslation(["access", "shell", "common"]);
  const { tenant } = route.useParams();
  const { can } = useTenant();
  const { person } = useSession();
  const queries = useQueryClient();
  const notify = useNotify();
  const roleName = useRoleName();
  const list = useQuery(membersQuery(tenant));
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Member | null>(null);
  const remove = useMutation({
    mutationFn: (id: string) => removeMember(tenant, id),
    onSuccess: async () => {
      setRemoving(null);
      await queries.invalidateQueries({ queryKey: membersQuery(tenant).queryKey });
      notify(t("access:people.removed"));
    },
  });
  const columns: TableColumn<Member>[] = [
    { id: "name", header: t("access:people.name"), cell: ({ name, email }) => <Text weight="semibold">{name || email}</Text> },
    { id: "email", header: t("access:people.email"), cell: ({ email }) => email },
    { id: "role", header: t("access:people.role"), cell: ({ role }) => roleName(role) },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (member) =>
        can("member:manage") &&
        member.email !== person.email && (
          <Button size="small" appearance="subtle" icon={<PersonDeleteRegular />} aria-label={t("access:people.removeOne", { name: member.name || member.email })} title={t("common:action.remove")} onClick={() => setRemoving(member)} />
        ),
    },
  ];
  return (
    <Page
      title={t("shell:settings.item.people")}
      lead={t("access:people.lead")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.permissions") }, { text: t("shell:settings.item.people") }]}
      actions={
        can("member:manage") && (
          <Button appearance="primary" icon={<PersonAddRegular />} onClick={() => setInviting(true)}>
            {t("access:people.add")}
          </Button>
        )
      }
    >
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          <DataTable label={t("shell:settings.item.people")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
        </Card>
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      {removing && (
        <FormDialog open title={t("access:people.remove")} submit={t("common:action.remove")} busy={remove.isPending} error={remove.error} onClose={() => setRemoving(null)} onSubmit={() => remove.mutate(removing.id)}>
          <Text>{t("access:people.removeText", { name: removing.name || removing.email })}</Text>
        </FormDialog>
      )}
    </Page>
  );
}

function InviteDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation("access");
  const { slug } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<(typeof CUSTOMER_ROLES)[number]>("analyst");
  const add = useMutation({
    mutationFn: () => addMember(slug, { email: email.trim(), name: name.trim(), role }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: membersQuery(slug).queryKey });
      notify(t("people.added"));
      onClose();
    },
  });
  return (
    <FormDialog open title={t("people.add")} submit={t("people.invite")} busy={add.isPending || !email.trim() || !name.trim()} error={add.error} onClose={onClose} onSubmit={() => add.mutate()}>
      <Field label={t("people.name")} required>
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label={t("people.email")} required>
        <Input type="email" value={email} onChange={(_, data) => setEmail(data.value)} />
      </Field>
      <Field label={t("people.role")} hint={t(`roleText.${role}`)}>
        <Select value={role} onChange={(_, data) => setRole(CUSTOMER_ROLES.find((value) => value === data.value) ?? "reader")}>
          {CUSTOMER_ROLES.map((value) => (
            <option key={value} value={value}>
              {t(`role.${value}`)}
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  );
}
