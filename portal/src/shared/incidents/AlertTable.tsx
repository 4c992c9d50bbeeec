import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Alert } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import type { Choice } from "@/shared/ui/choice";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { CategoryName, SeverityMark, SourceName, StatusMark, Tags } from "@/shared/ui/marks";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";

/** Alerts as they stand on the Alerts page, in an incident and on a device. */
export function AlertTable({ alerts, short, choice }: { alerts: readonly Alert[] | undefined; short?: boolean; choice?: Choice<string> }): ReactElement {
  const { t } = useTranslation(["alerts", "common"]);
  const { slug } = useTenant();
  const columns: TableColumn<Alert>[] = [
    {
      id: "title",
      header: t("column.title"),
      cell: ({ id, title, tags }) => (
        <span style={{ display: "flex", gap: 10, alignItems: "center", flexWrap: "wrap" }}>
          <TextLink to="/tenants/$tenant/alerts/$alertId" params={{ tenant: slug, alertId: id }}>
            {title}
          </TextLink>
          <Tags tags={tags} />
        </span>
      ),
    },
    { id: "severity", header: t("column.severity"), cell: ({ severity }) => <SeverityMark value={severity} /> },
    { id: "status", header: t("column.status"), cell: ({ status }) => <StatusMark value={status} /> },
    { id: "category", header: t("column.category"), cell: ({ category }) => <CategoryName value={category} /> },
    { id: "source", header: t("column.detectionSource"), cell: ({ detection_source }) => <SourceName value={detection_source} /> },
    { id: "devices", header: t("column.devices"), cell: ({ devices }) => <DeviceNames names={devices.map(({ device_name }) => device_name)} /> },
    { id: "last", header: t("column.lastActivity"), cell: ({ last_activity }) => <Time value={last_activity} /> },
    { id: "assigned", header: t("column.assignedTo"), cell: ({ assigned_to }) => assigned_to ?? t("unassigned") },
  ];
  const shown = short ? columns.filter(({ id }) => ["title", "severity", "status", "last"].includes(id)) : columns;
  if (choice) shown.unshift(choice.column(({ id }) => id, ({ title }) => t("common:choose", { title })));
  return <DataTable label={t("title")} columns={shown} rows={alerts} rowKey={({ id }) => id} />;
}

function DeviceNames({ names }: { names: string[] }): ReactElement {
  const [first, ...rest] = names;
  return (
    <span title={names.join("\n")} style={{ whiteSpace: "nowrap" }}>
      {first ?? "–"}
      {rest.length > 0 && ` +${rest.length}`}
    </span>
  );
}
