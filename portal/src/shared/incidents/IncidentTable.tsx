import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Incident } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import type { Choice } from "@/shared/ui/choice";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { SeverityMark, StatusMark, Tags } from "@/shared/ui/marks";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";

/** Incidents as they stand on the Incidents page and at home. */
export function IncidentTable({ incidents, short, choice }: { incidents: readonly Incident[] | undefined; short?: boolean; choice?: Choice<number> }): ReactElement {
  const { t } = useTranslation(["incidents", "common"]);
  const { slug } = useTenant();
  const columns: TableColumn<Incident>[] = [
    { id: "id", header: t("column.id"), width: "70px", cell: ({ id }) => id },
    {
      id: "title",
      header: t("column.title"),
      cell: ({ id, title, tags }) => (
        <span style={{ display: "flex", gap: 10, alignItems: "center", flexWrap: "wrap" }}>
          <TextLink to="/tenants/$tenant/incidents/$incidentId" params={{ tenant: slug, incidentId: String(id) }}>
            {title}
          </TextLink>
          <Tags tags={tags} />
        </span>
      ),
    },
    { id: "severity", header: t("column.severity"), cell: ({ severity }) => <SeverityMark value={severity} /> },
    { id: "status", header: t("column.status"), cell: ({ status }) => <StatusMark value={status} /> },
    { id: "alerts", header: t("column.alerts"), end: true, cell: ({ alert_count }) => alert_count },
    { id: "devices", header: t("column.devices"), end: true, cell: ({ devices }) => devices.length },
    { id: "last", header: t("column.lastActivity"), cell: ({ last_activity }) => <Time value={last_activity} /> },
  ];
  const shown = short ? columns.filter(({ id }) => ["title", "severity", "last"].includes(id)) : columns;
  if (choice) shown.unshift(choice.column(({ id }) => id, ({ id, title }) => t("common:choose", { title: `${id} ${title}` })));
  return <DataTable label={t("title")} columns={shown} rows={incidents} rowKey={({ id }) => id} />;
}
