import { makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { AlertOffRegular, SearchSquareRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deviceQuery } from "@/shared/api/devices";
import { alertsQuery } from "@/shared/api/incidents";
import type { Device } from "@/shared/api/types";
import { AlertTable } from "@/shared/incidents/AlertTable";
import { usePageSubjects } from "@/shared/inquiries/consultation";
import { deviceSubject } from "@/shared/inquiries/subjects";
import { useTenant } from "@/shared/session/session";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { Card } from "@/shared/ui/Card";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Empty } from "@/shared/ui/Empty";
import { Facts } from "@/shared/ui/Facts";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { Tags } from "./Tags";

const useStyles = makeStyles({
  columns: { display: "grid", gridTemplateColumns: "minmax(0, 1fr) 372px", gap: tokens.spacingHorizontalL, alignItems: "start", "@media (max-width: 1080px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
});

const route = getRouteApi("/in/tenants/$tenant/devices/$deviceId");

/** A KQL string literal for any text. */
const literal = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

const processesOf = (deviceId: string) =>
  `DeviceProcessEvents\n| where DeviceId == ${literal(deviceId)}\n| project Timestamp, AccountName, FileName, ProcessCommandLine, InitiatingProcessFileName\n| order by Timestamp desc\n| take 500`;

export function DevicePage(): ReactElement {
  const { t } = useTranslation(["devices", "common"]);
  const { tenant, deviceId } = route.useParams();
  const { can } = useTenant();
  const device = useQuery(deviceQuery(tenant, deviceId));
  usePageSubjects([device.data ? deviceSubject(tenant, device.data) : null]);
  const crumbs = [{ text: t("devices:title"), link: { to: "/tenants/$tenant/devices" as const, params: { tenant } } }, { text: t("devices:one") }];
  if (device.error) {
    return (
      <Page title={t("devices:one")} crumbs={crumbs}>
        <ProblemBar error={device.error} retry={() => void device.refetch()} />
      </Page>
    );
  }
  if (!device.data) return <Spinner label={t("common:loading")} style={{ marginTop: 80 }} />;
  return (
    <Page
      title={device.data.name}
      crumbs={crumbs}
      actions={
        can("hunt:run") && (
          <ButtonLink to="/tenants/$tenant/hunting" params={{ tenant }} search={{ query: processesOf(deviceId) }} icon={<SearchSquareRegular />}>
            {t("devices:hunt")}
          </ButtonLink>
        )
      }
    >
      <DeviceBody device={device.data} />
    </Page>
  );
}

const ALERTS_SHOWN = 50;

function DeviceBody({ device }: { device: Device }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("devices");
  const { tenant } = route.useParams();
  const { can } = useTenant();
  const alerts = useQuery({ ...alertsQuery(tenant, { limit: ALERTS_SHOWN, offset: 0, search: device.name }), enabled: can("alert:read") });
  return (
    <div className={styles.columns}>
      <Card title={t("section.alerts")} flush>
        {alerts.error && <ProblemBar error={alerts.error} retry={() => void alerts.refetch()} />}
        {alerts.data?.total === 0 ? <Empty icon={<AlertOffRegular />} title={t("quiet.title")} text={t("quiet.text")} /> : <AlertTable alerts={alerts.data?.items} short />}
      </Card>
      <Card title={t("section.details")}>
        <Facts
          facts={[
            [t("column.os"), device.os_platform],
            [t("group"), device.group?.name ?? t("tagged.ungrouped")],
            [t("tagged.tags"), <Tags key="tags" device={device} />],
            [t("column.firstSeen"), <Time key="first" value={device.first_seen} />],
            [t("column.lastSeen"), <Time key="last" value={device.last_seen} />],
            [
              t("column.id"),
              <span key="id">
                <code>{device.device_id}</code> <CopyButton value={device.device_id} />
              </span>,
            ],
          ]}
        />
      </Card>
    </div>
  );
}
