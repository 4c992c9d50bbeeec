import { Badge, makeStyles, Text, tokens } from "@fluentui/react-components";
import { BuildingMultipleRegular, ClipboardTaskRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { reviewQuery } from "@/shared/api/drafts";
import { applicationsQuery, tenantHealthQuery } from "@/shared/api/provider";
import type { TenantHealth } from "@/shared/api/types";
import { useProviderCan, useSession } from "@/shared/session/session";
import { oneOf } from "@/shared/url/search";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { SeverityMark } from "@/shared/ui/marks";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  queue: { display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 380px), 1fr))", gap: tokens.spacingHorizontalL, alignItems: "start" },
  list: { listStyle: "none", margin: 0, padding: 0 },
  entry: { display: "flex", flexDirection: "column", gap: "2px", padding: "8px 0", ":not(:last-child)": { borderBottom: `1px solid ${tokens.colorNeutralStroke3}` } },
  meta: { display: "flex", gap: tokens.spacingHorizontalM, color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  link: { color: tokens.colorBrandForegroundLink, textDecorationLine: "none", ":hover": { textDecorationLine: "underline" } },
});

const STATES = ["not_applied", "submitted", "details_asked", "declined", "on", "off"] as const;
type ServiceState = (typeof STATES)[number];
const STATE_COLORS: Record<ServiceState, "success" | "warning" | "informative"> = { on: "success", off: "warning", submitted: "warning", details_asked: "warning", not_applied: "informative", declined: "informative" };

/** Once approved, the switch is what matters. */
const serviceState = ({ service_state, service_on }: TenantHealth): ServiceState =>
  service_state === "approved" ? (service_on ? "on" : "off") : (oneOf(service_state, STATES) ?? "not_applied");

/** The provider's desk: what waits for a decision, and how each customer is. */
export function AllTenantsPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("tenants");
  const { person } = useSession();
  const can = useProviderCan();
  return (
    <Page title={t("title")} lead={t("lead", { name: person.name })}>
      <div className={styles.queue}>
        {can("draft:publish") && <ReviewQueue />}
        {can("application:decide") && <ApplicationQueue />}
      </div>
      <Tenants />
    </Page>
  );
}

function ReviewQueue(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("tenants");
  const review = useQuery(reviewQuery);
  return (
    <Card title={t("review.title")}>
      {review.error && <ProblemBar error={review.error} />}
      {review.data?.total === 0 && <Text>{t("review.none")}</Text>}
      <ul className={styles.list}>
        {review.data?.items.map(({ id, title, tenant, severity, author }) => (
          <li key={id} className={styles.entry}>
            <TextLink to="/tenants/$tenant/drafts/$draftId" params={{ tenant: tenant.slug, draftId: id }}>
              {title}
            </TextLink>
            <span className={styles.meta}>
              <span>{tenant.name}</span>
              <SeverityMark value={severity} />
              <span>{t("review.by", { name: author })}</span>
            </span>
          </li>
        ))}
      </ul>
      {review.data && review.data.total > 0 && (
        <div>
          <ButtonLink to="/provider/review" icon={<ClipboardTaskRegular />}>
            {t("review.open")}
          </ButtonLink>
        </div>
      )}
    </Card>
  );
}

function ApplicationQueue(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("tenants");
  const applications = useQuery(applicationsQuery("submitted"));
  return (
    <Card title={t("applications.title")}>
      {applications.error && <ProblemBar error={applications.error} />}
      {applications.data?.total === 0 && <Text>{t("applications.none")}</Text>}
      <ul className={styles.list}>
        {applications.data?.items.map(({ id, tenant, name, submitted_at }) => (
          <li key={id} className={styles.entry}>
            <TextLink to="/provider/applications">{tenant.name}</TextLink>
            <span className={styles.meta}>
              <span>{name}</span>
              <Time value={submitted_at} ago />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Tenants(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("tenants");
  const tenants = useQuery(tenantHealthQuery);
  const columns: TableColumn<TenantHealth>[] = [
    {
      id: "name",
      header: t("column.name"),
      cell: ({ slug, name }) => (
        <Link to="/tenants/$tenant" params={{ tenant: slug }} className={styles.link}>
          {name}
        </Link>
      ),
    },
    {
      id: "service",
      header: t("column.service"),
      cell: (tenant) => (
        <Badge appearance="tint" color={STATE_COLORS[serviceState(tenant)]}>
          {t(`state.${serviceState(tenant)}`)}
        </Badge>
      ),
    },
    { id: "alerts", header: t("column.openAlerts"), end: true, cell: ({ open_alerts }) => open_alerts },
    { id: "devices", header: t("column.devices"), end: true, cell: ({ devices }) => devices },
    { id: "data", header: t("column.lastData"), cell: ({ last_data_at }) => (last_data_at ? <Time value={last_data_at} ago /> : t("noData")) },
  ];
  if (tenants.error) return <ProblemBar error={tenants.error} retry={() => void tenants.refetch()} />;
  return (
    <Card title={t("health")} flush>
      {tenants.data?.total === 0 ? (
        <Empty icon={<BuildingMultipleRegular />} title={t("none.title")} text={t("none.text")} />
      ) : (
        <DataTable label={t("health")} columns={columns} rows={tenants.data?.items} rowKey={({ slug }) => slug} />
      )}
    </Card>
  );
}
