import { Button, Field, Input, makeStyles, Select, SpinButton, Text, tokens } from "@fluentui/react-components";
import { AddRegular, DeleteRegular, EditRegular, GroupRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deleteDeviceGroup, deviceGroupsQuery, saveDeviceGroup } from "@/shared/api/delivery";
import type { DeviceGroup, DeviceGroupInput } from "@/shared/api/types";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { FormDialog } from "@/shared/ui/dialogs";
import { Empty } from "@/shared/ui/Empty";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { useNotify } from "@/shared/ui/toasts";
import { oneOf } from "@/shared/url/search";

const useStyles = makeStyles({ line: { display: "flex", gap: tokens.spacingHorizontalS, marginBottom: tokens.spacingVerticalS }, values: { flexGrow: 1, minWidth: 0 } });

const route = getRouteApi("/in/tenants/$tenant/settings/device-groups");
const PROPERTIES = ["name", "domain", "os", "tag"] as const;
const OPERATORS = ["starts_with", "ends_with", "equals", "contains"] as const;
type Line = { property: (typeof PROPERTIES)[number]; operator: (typeof OPERATORS)[number]; values: string };
type Asking = { what: "create" } | { what: "edit" | "delete"; group: DeviceGroup };

const valuesOf = (text: string) => text.split(",").map((value) => value.trim()).filter((value) => value !== "");

/** Devices that are looked after together, in the order in which the groups are asked. */
export function DeviceGroupsPage(): ReactElement {
  const { t } = useTranslation(["deviceGroups", "shell", "common"]);
  const { tenant } = route.useParams();
  const queries = useQueryClient();
  const list = useQuery(deviceGroupsQuery(tenant));
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const remove = useMutation({
    mutationFn: (id: string) => deleteDeviceGroup(tenant, id),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ["tenant", tenant] });
    },
  });
  const words = ({ property, operator, values }: DeviceGroup["conditions"][number]) => `${t(`deviceGroups:property.${property}`)} ${t(`deviceGroups:operator.${operator}`)} ${values.join(", ")}`;
  const columns: TableColumn<DeviceGroup>[] = [
    { id: "rank", header: t("deviceGroups:rank"), cell: ({ rank }) => rank },
    {
      id: "name",
      header: t("deviceGroups:name"),
      cell: ({ name, description }) => (
        <>
          <Text weight="semibold">{name}</Text>
          {description && (
            <Text size={200} block>
              {description}
            </Text>
          )}
        </>
      ),
    },
    { id: "conditions", header: t("deviceGroups:conditions"), cell: ({ conditions }) => conditions.map(words).join(" · ") },
    {
      id: "devices",
      header: t("deviceGroups:devices"),
      cell: ({ id, devices }) => (
        <TextLink to="/tenants/$tenant/devices" params={{ tenant }} search={{ group: id }}>
          {devices}
        </TextLink>
      ),
    },
    {
      id: "actions",
      header: "",
      end: true,
      cell: (group) => (
        <span style={{ whiteSpace: "nowrap" }}>
          <Button size="small" appearance="subtle" icon={<EditRegular />} aria-label={t("deviceGroups:editOne", { name: group.name })} title={t("common:action.edit")} onClick={() => setAsking({ what: "edit", group })} />
          <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t("deviceGroups:deleteOne", { name: group.name })} title={t("common:action.delete")} onClick={() => setAsking({ what: "delete", group })} />
        </span>
      ),
    },
  ];
  return (
    <Page
      title={t("shell:settings.item.deviceGroups")}
      lead={t("deviceGroups:lead")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.permissions") }, { text: t("shell:settings.item.deviceGroups") }]}
      actions={
        <Button appearance="primary" icon={<AddRegular />} onClick={() => setAsking({ what: "create" })}>
          {t("deviceGroups:create")}
        </Button>
      }
    >
      {list.error ? (
        <ProblemBar error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Card flush>
          {list.data?.total === 0 ? (
            <Empty icon={<GroupRegular />} title={t("deviceGroups:none")} text={t("deviceGroups:noneText")} />
          ) : (
            <DataTable label={t("shell:settings.item.deviceGroups")} columns={columns} rows={list.data?.items} rowKey={({ id }) => id} />
          )}
        </Card>
      )}
      {list.data && <Text>{t("deviceGroups:ungrouped", { count: list.data.ungrouped })}</Text>}
      {asking?.what === "create" && <GroupDialog tenant={tenant} last={(list.data?.total ?? 0) + 1} onClose={close} />}
      {asking?.what === "edit" && <GroupDialog tenant={tenant} group={asking.group} last={list.data?.total ?? 1} onClose={close} />}
      {asking?.what === "delete" && (
        <FormDialog open title={t("deviceGroups:delete")} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={close} onSubmit={() => remove.mutate(asking.group.id)}>
          <Text>{t("deviceGroups:deleteText", { name: asking.group.name })}</Text>
        </FormDialog>
      )}
    </Page>
  );
}

function GroupDialog({ tenant, group, last, onClose }: { tenant: string; group?: DeviceGroup; last: number; onClose: () => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["deviceGroups", "common"]);
  const queries = useQueryClient();
  const notify = useNotify();
  const [name, setName] = useState(group?.name ?? "");
  const [description, setDescription] = useState(group?.description ?? "");
  const [rank, setRank] = useState(group?.rank ?? last);
  const [lines, setLines] = useState<Line[]>(() => group?.conditions.map((line) => ({ ...line, values: line.values.join(", ") })) ?? [{ property: "name", operator: "starts_with", values: "" }]);
  const body: DeviceGroupInput = { name: name.trim(), description, rank, conditions: lines.map((line) => ({ ...line, values: valuesOf(line.values) })) };
  const complete = body.name !== "" && body.conditions.length > 0 && body.conditions.every(({ values }) => values.length > 0);
  const save = useMutation({
    mutationFn: () => saveDeviceGroup(tenant, body, group?.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["tenant", tenant] });
      notify(t("deviceGroups:saved"));
      onClose();
    },
  });
  const change = (place: number, next: Partial<Line>) => setLines(lines.map((line, at) => (at === place ? { ...line, ...next } : line)));
  return (
    <FormDialog open title={t(group ? "deviceGroups:edit" : "deviceGroups:create")} submit={t("common:action.save")} busy={save.isPending || !complete} error={save.error} onClose={onClose} onSubmit={() => save.mutate()}>
      <Field label={t("deviceGroups:name")} required>
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label={t("deviceGroups:description")}>
        <Input value={description} onChange={(_, data) => setDescription(data.value)} />
      </Field>
      <Field label={t("deviceGroups:rank")}>
        <SpinButton min={1} max={last} value={rank} onChange={(_, data) => setRank(data.value ?? Number(data.displayValue ?? rank))} />
      </Field>
      <FieldGroup label={t("deviceGroups:conditions")}>
        {lines.map((line, place) => (
          <div key={place} className={styles.line}>
            <Select aria-label={t("deviceGroups:property.label")} value={line.property} onChange={(_, data) => change(place, { property: oneOf(data.value, PROPERTIES) ?? "name" })}>
              {PROPERTIES.map((property) => (
                <option key={property} value={property}>
                  {t(`deviceGroups:property.${property}`)}
                </option>
              ))}
            </Select>
            <Select aria-label={t("deviceGroups:operator.label")} value={line.operator} onChange={(_, data) => change(place, { operator: oneOf(data.value, OPERATORS) ?? "equals" })}>
              {OPERATORS.map((operator) => (
                <option key={operator} value={operator}>
                  {t(`deviceGroups:operator.${operator}`)}
                </option>
              ))}
            </Select>
            <Input className={styles.values} aria-label={t("deviceGroups:values")} placeholder={t("deviceGroups:values")} value={line.values} onChange={(_, data) => change(place, { values: data.value })} />
            <Button appearance="subtle" icon={<DeleteRegular />} aria-label={t("deviceGroups:remove")} disabled={lines.length === 1} onClick={() => setLines(lines.filter((_, at) => at !== place))} />
          </div>
        ))}
        <Button size="small" icon={<AddRegular />} onClick={() => setLines([...lines, { property: "tag", operator: "equals", values: "" }])}>
          {t("deviceGroups:more")}
        </Button>
      </FieldGroup>
    </FormDialog>
  );
}
