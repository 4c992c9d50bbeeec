import { Dropdown, makeStyles, Option, Spinner, Text, tokens } from "@fluentui/react-components";
import { DataUsageRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { coverageQuery } from "@/shared/api/settings";
import { Readiness } from "@/shared/coverage/Readiness";
import { Card } from "@/shared/ui/Card";
import { Empty } from "@/shared/ui/Empty";
import { Facts } from "@/shared/ui/Facts";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { DayGrid } from "./DayGrid";

const PERIODS = [7, 30, 90, 180] as const;

const useStyles = makeStyles({ top: { display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 340px), 1fr))", gap: tokens.spacingHorizontalL } });

const route = getRouteApi("/in/tenants/$tenant/settings/coverage");

/** What the organisation's telemetry covers: which tables arrive, on which days, and whether it is enough to hunt in. */
export function CoveragePage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["coverage", "shell", "common"]);
  const { tenant } = route.useParams();
  const [days, setDays] = useState<number>(30);
  const { data, error, refetch, isPending } = useQuery(coverageQuery(tenant, days));
  return (
    <Page
      title={t("shell:settings.item.coverage")}
      lead={t("coverage:lead")}
      crumbs={[{ text: t("shell:settings.title") }, { text: t("shell:settings.area.data") }, { text: t("shell:settings.item.coverage") }]}
      actions={
        <Dropdown aria-label={t("coverage:period.label")} value={t("coverage:period.days", { count: days })} selectedOptions={[String(days)]} onOptionSelect={(_, chosen) => setDays(Number(chosen.optionValue))}>
          {PERIODS.map((period) => (
            <Option key={period} value={String(period)}>
              {t("coverage:period.days", { count: period })}
            </Option>
          ))}
        </Dropdown>
      }
    >
      {isPending && <Spinner label={t("common:loading")} />}
      {error && <ProblemBar error={error} retry={() => void refetch()} />}
      {data && (
        <>
          <div className={styles.top}>
            <Card title={t("coverage:readiness")}>
              <Readiness checks={data.checks} />
            </Card>
            <Card title={t("coverage:facts")}>
              <Facts
                facts={[
                  [t("coverage:fact.devices"), t("coverage:fact.devicesOf", { active: data.devices, known: data.known_devices })],
                  [t("coverage:fact.users"), data.users],
                  [t("coverage:fact.tables"), data.tables.length],
                  [t("coverage:fact.gaps"), data.gaps.length === 0 ? t("coverage:gap.none") : <Gaps key="gaps" gaps={data.gaps} />],
                ]}
              />
            </Card>
          </div>
          <Card title={t("coverage:grid.title")} flush>
            {data.tables.length === 0 ? <Empty icon={<DataUsageRegular />} title={t("coverage:none")} text={t("coverage:noneText")} /> : <DayGrid coverage={data} />}
          </Card>
        </>
      )}
    </Page>
  );
}

function Gaps({ gaps }: { gaps: readonly { first: string; last: string }[] }): ReactElement {
  return (
    <>
      {gaps.map(({ first, last }) => (
        <Text key={first} block>
          {first === last ? first : `${first} – ${last}`}
        </Text>
      ))}
    </>
  );
}
