import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { ShieldCheckmarkRegular, ShieldTaskRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { devicesQuery } from "@/shared/api/devices";
import { incidentsQuery, notificationsQuery } from "@/shared/api/incidents";
import { enrolmentQuery } from "@/shared/api/settings";
import { IncidentTable } from "@/shared/incidents/IncidentTable";
import { useTenant, useTenantNames } from "@/shared/session/session";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { Empty } from "@/shared/ui/Empty";
import { SeverityMark } from "@/shared/ui/marks";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  tiles: { display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 220px), 1fr))", gap: tokens.spacingHorizontalL },
  number: { fontSize: "34px", lineHeight: "40px", fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: "tabular-nums" },
  words: { fontSize: tokens.fontSizeBase600, lineHeight: "40px", fontWeight: tokens.fontWeightSemibold },
  columns: { display: "grid", gridTemplateColumns: "minmax(0, 3fr) minmax(0, 2fr)", gap: tokens.spacingHorizontalL, alignItems: "start", "@media (max-width: 1080px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  list: { listStyle: "none", margin: 0, padding: 0 },
  entry: { padding: "12px 20px", display: "flex", flexDirection: "column", gap: "4px", ":not(:last-child)": { borderBottom: `1px solid ${tokens.colorNeutralStroke3}` } },
  meta: { display: "flex", gap: tokens.spacingHorizontalM, alignItems: "center", color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

const route = getRouteApi("/in/tenants/$tenant/");
const SHOWN = 6;
const first = { limit: SHOWN, offset: 0 };

/** What a person of this organisation wants to know first. */
export function HomePage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("home");
  const { tenant } = route.useParams();
  const { can } = useTenant();
  const name = useTenantNames().find(({ slug }) => slug === tenant)?.name ?? tenant;
  return (
    <Page title={name} lead={t("lead")}>
      <div className={styles.tiles}>
        {can("alert:read") && <OpenIncidentsTile />}
        {can("notification:read") && <NotificationsTile />}
        {can("device:read") && <DevicesTile />}
        {can("enrolment:read") && <ServiceTile />}
      </div>
      <div className={styles.columns}>
        {can("alert:read") && <OpenIncidents />}
        {can("notification:read") && <LatestNotifications />}
      </div>
    </Page>
  );
}

function Tile({ title, value, note, error, words }: { title: string; value: ReactNode; note: ReactNode; error: unknown; words?: boolean }): ReactElement {
  const styles = useStyles();
  return (
    <Card title={title}>
      {error ? <ProblemBar error={error} /> : <span className={words ? styles.words : styles.number}>{value ?? "–"}</span>}
      {note}
    </Card>
  );
}

/** What is not resolved. */
const useOpenIncidents = (tenant: string) => useQuery(incidentsQuery(tenant, { ...first, status: ["Active", "InProgress"] }));

function OpenIncidentsTile(): ReactElement {
  const { t } = useTranslation("home");
  const { tenant } = route.useParams();
  const open = useOpenIncidents(tenant);
  return (
    <Tile
      title={t("tile.incidents")}
      value={open.data?.total}
      error={open.error}
      note={
        <TextLink to="/tenants/$tenant/incidents" params={{ tenant }}>
          {t("tile.incidentsLink")}
        </TextLink>
      }
    />
  );
}

function NotificationsTile(): ReactElement {
  const { t } = useTranslation("home");
  const { tenant } = route.useParams();
  const list = useQuery(notificationsQuery(tenant, first));
  return (
    <Tile
      title={t("tile.notifications")}
      value={list.data?.total}
      error={list.error}
      note={
        <TextLink to="/tenants/$tenant/notifications" params={{ tenant }}>
          {t("tile.notificationsLink")}
        </TextLink>
      }
    />
  );
}

function DevicesTile(): ReactElement {
  const { t } = useTranslation("home");
  const { tenant } = route.useParams();
  const list = useQuery(devicesQuery(tenant, { limit: 1, offset: 0 }));
  return (
    <Tile
      title={t("tile.devices")}
      value={list.data?.total}
      error={list.error}
      note={
        <TextLink to="/tenants/$tenant/devices" params={{ tenant }}>
          {t("tile.devicesLink")}
        </TextLink>
      }
    />
  );
}

function ServiceTile(): ReactElement {
  const { t } = useTranslation("home");
  const { tenant } = route.useParams();
  const enrolment = useQuery(enrolmentQuery(tenant));
  const state = enrolment.data && (enrolment.data.state === "approved" ? (enrolment.data.service_on ? "on" : "off") : enrolment.data.state);
  return (
    <Tile
      title={t("tile.service")}
      words
      value={state && t(`service.${state}`)}
      error={enrolment.error}
      note={
        <TextLink to="/tenants/$tenant/settings/advanced-features" params={{ tenant }}>
          {state === "not_applied" || state === "declined" ? t("service.apply") : t("service.see")}
        </TextLink>
      }
    />
  );
}

function OpenIncidents(): ReactElement {
  const { t } = useTranslation("home");
  const { tenant } = route.useParams();
  const { can } = useTenant();
  const open = useOpenIncidents(tenant);
  return (
    <Card title={t("incidents.title")} flush>
      {open.error ? (
        <ProblemBar error={open.error} retry={() => void open.refetch()} />
      ) : open.data?.total === 0 ? (
        <Empty
          icon={<ShieldCheckmarkRegular />}
          title={t("incidents.none")}
          text={t("incidents.noneText")}
          action={
            can("hunt:run") && (
              <ButtonLink to="/tenants/$tenant/hunting" params={{ tenant }}>
                {t("incidents.hunt")}
              </ButtonLink>
            )
          }
        />
      ) : (
        <IncidentTable incidents={open.data?.items} short />
      )}
    </Card>
  );
}

function LatestNotifications(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("home");
  const { tenant } = route.useParams();
  const list = useQuery(notificationsQuery(tenant, first));
  return (
    <Card title={t("notifications.title")} flush>
      {list.error && <ProblemBar error={list.error} />}
      {list.data?.total === 0 && <Empty icon={<ShieldTaskRegular />} title={t("notifications.none")} text={t("notifications.noneText")} />}
      <ul className={styles.list}>
        {list.data?.items.map(({ id, title, severity, created }) => (
          <li key={id} className={styles.entry}>
            <TextLink to="/tenants/$tenant/notifications/$notificationId" params={{ tenant, notificationId: id }}>
              {title}
            </TextLink>
            <span className={styles.meta}>
              <SeverityMark value={severity} />
              <Text size={200}>
                <Time value={created} ago />
              </Text>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
