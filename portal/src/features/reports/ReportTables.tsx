import { Text } from "@fluentui/react-components";
import { DesktopRegular, SearchSquareRegular, ShieldTaskRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { ReportFacts } from "@/shared/api/types";
import { Techniques } from "@/shared/incidents/Techniques";
import { Card } from "@/shared/ui/Card";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { SeverityMark } from "@/shared/ui/marks";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";

type Hunt = ReportFacts["hunts"][number];
type Notice = ReportFacts["notifications"][number];
type Device = ReportFacts["silent"][number];

/** The hunts of the period, by whom, over what, and how many rows they found. */
export function Hunts({ hunts }: { hunts: readonly Hunt[] }): ReactElement {
  const { t, i18n } = useTranslation("reports");
  const number = new Intl.NumberFormat(i18n.language);
  const columns: TableColumn<Hunt>[] = [
    {
      id: "name",
      header: t("hunt.name"),
      cell: ({ title, text, techniques, by, query }) => (
        <div style={{ display: "flex", flexDirection: "column", gap: 4, minWidth: 200 }}>
          <Text weight="semibold">{title || t(by === "experts" ? "hunt.unnamed" : "hunt.unnamedOwn")}</Text>
          {text && <Text size={200}>{text}</Text>}
          <Techniques techniques={techniques} />
          {query && <CodeBlock text={query} label={t("hunt.query")} />}
        </div>
      ),
    },
    {
      id: "by",
      header: t("hunt.by"),
      cell: ({ by, person, scheduled }) => (
        <>
          <Text block>{person ?? t(`hunt.who.${by}`)}</Text>
          {scheduled && <Text size={200}>{t("hunt.scheduled")}</Text>}
        </>
      ),
    },
    { id: "tables", header: t("hunt.tables"), cell: ({ tables }) => <Text size={200}>{tables.join(", ")}</Text> },
    { id: "runs", header: t("hunt.runs"), end: true, cell: ({ runs, unfinished }) => (unfinished ? t("hunt.unfinished", { runs: number.format(runs), count: unfinished }) : number.format(runs)) },
    {
      id: "reach",
      header: t("hunt.reach"),
      cell: ({ start, end }) => (start && end ? <span style={{ whiteSpace: "nowrap" }}>{`${start.slice(0, 10)} – ${end.slice(0, 10)}`}</span> : "–"),
    },
    { id: "last", header: t("hunt.last"), cell: ({ last_run }) => <Time value={last_run} /> },
    { id: "rows", header: t("hunt.rows"), end: true, cell: ({ rows_last, rows_most }) => (rows_last === null ? "–" : t("hunt.found", { last: number.format(rows_last), most: number.format(rows_most ?? 0) })) },
  ];
  return (
    <Card title={t("hunt.title")} flush>
      {hunts.length === 0 ? (
        <Empty icon={<SearchSquareRegular />} title={t("hunt.none")} text={t("hunt.noneText")} />
      ) : (
        <DataTable label={t("hunt.title")} columns={columns} rows={hunts} rowKey={({ first_run, title, by }) => `${first_run} ${by} ${title}`} />
      )}
    </Card>
  );
}

/** What was found: notifications, and how many alerts each source raised. */
export function Findings({ tenant, facts }: { tenant: string; facts: ReportFacts }): ReactElement {
  const { t } = useTranslation("reports");
  const columns: TableColumn<Notice>[] = [
    {
      id: "title",
      header: t("finding.notification"),
      cell: ({ id, title }) => (
        <TextLink to="/tenants/$tenant/notifications/$notificationId" params={{ tenant, notificationId: id }}>
          {title}
        </TextLink>
      ),
    },
    { id: "severity", header: t("finding.severity"), cell: ({ severity }) => <SeverityMark value={severity} /> },
    { id: "published", header: t("finding.published"), cell: ({ published }) => <Time value={published} /> },
    { id: "withdrawn", header: t("finding.withdrawn"), cell: ({ withdrawn }) => (withdrawn ? <Time value={withdrawn} /> : "–") },
  ];
  const alerts = Object.entries(facts.alerts);
  return (
    <Card title={t("finding.title")} flush>
      {facts.notifications.length === 0 ? (
        <Empty icon={<ShieldTaskRegular />} title={t("finding.none")} text={t("finding.noneText")} />
      ) : (
        <DataTable label={t("finding.title")} columns={columns} rows={facts.notifications} rowKey={({ id }) => id} />
      )}
      {alerts.length > 0 && <Text style={{ padding: "12px 20px" }}>{t("finding.alerts", { list: alerts.map(([source, count]) => `${source}: ${count}`).join(", ") })}</Text>}
    </Card>
  );
}

/** The devices that stopped reporting. */
export function Silent({ tenant, facts }: { tenant: string; facts: ReportFacts }): ReactElement {
  const { t } = useTranslation("reports");
  const columns: TableColumn<Device>[] = [
    {
      id: "device",
      header: t("silent.device"),
      cell: ({ device_id, name }) => (
        <TextLink to="/tenants/$tenant/devices/$deviceId" params={{ tenant, deviceId: device_id }}>
          {name || device_id}
        </TextLink>
      ),
    },
    { id: "last", header: t("silent.last"), cell: ({ last }) => last },
  ];
  const more = facts.silent_count - facts.silent.length;
  return (
    <Card title={t("silent.title")} flush>
      {facts.silent.length === 0 ? (
        <Empty icon={<DesktopRegular />} title={t("silent.none")} text={t("silent.noneText", { count: facts.devices })} />
      ) : (
        <DataTable label={t("silent.title")} columns={columns} rows={facts.silent} rowKey={({ device_id }) => device_id} />
      )}
      {more > 0 && <Text style={{ padding: "12px 20px" }}>{t("silent.more", { count: more })}</Text>}
    </Card>
  );
}
