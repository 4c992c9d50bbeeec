import { Button, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { DataUsageRegular, DocumentPdfRegular, TableRegular } from "@fluentui/react-icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { fetchReport, reportQuery, type ReportFile } from "@/shared/api/reports";
import type { PeriodReport } from "@/shared/api/types";
import { saveFile } from "@/shared/grid/csv";
import { Card } from "@/shared/ui/Card";
import { Empty } from "@/shared/ui/Empty";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { LookedGrid } from "./LookedGrid";
import { fileName, periodFrom } from "./period";
import { PeriodPicker } from "./PeriodPicker";
import { Findings, Hunts, Silent } from "./ReportTables";

const useStyles = makeStyles({
  said: { borderLeft: `4px solid ${tokens.colorBrandStroke1}` },
  headline: { margin: 0, fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500, fontWeight: tokens.fontWeightSemibold, textWrap: "pretty" },
  findings: { margin: 0, fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500 },
  list: { margin: 0, paddingLeft: "20px", display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  means: { margin: 0, maxWidth: "100ch" },
  quiet: { margin: 0, color: tokens.colorNeutralForeground2, maxWidth: "110ch" },
  hash: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
});

const route = getRouteApi("/in/tenants/$tenant/reports");

/** Silence explained: which hunts looked at what in a period, what they did not look at, and what was found, or that nothing was. */
export function ReportsPage(): ReactElement {
  const { t, i18n } = useTranslation(["reports", "common"]);
  const { tenant } = route.useParams();
  const navigate = route.useNavigate();
  const period = periodFrom(route.useSearch(), new Date());
  const report = useQuery(reportQuery(tenant, period, i18n.language));
  const save = useMutation({
    mutationFn: async (kind: ReportFile) => saveFile(fileName(tenant, period, i18n.language, kind), await fetchReport(tenant, period, i18n.language, kind)),
  });
  const saving = (kind: ReportFile) => save.isPending && save.variables === kind;
  return (
    <Page
      title={t("reports:title")}
      lead={t("reports:lead")}
      actions={
        <>
          <Button icon={saving("csv") ? <Spinner size="tiny" /> : <TableRegular />} disabled={!report.data || save.isPending} onClick={() => save.mutate("csv")}>
            {t("reports:csv")}
          </Button>
          <Button appearance="primary" icon={saving("pdf") ? <Spinner size="tiny" /> : <DocumentPdfRegular />} disabled={!report.data || save.isPending} onClick={() => save.mutate("pdf")}>
            {t("reports:pdf")}
          </Button>
        </>
      }
    >
      <PeriodPicker tenant={tenant} period={period} onChange={(search) => void navigate({ search })} />
      {save.error && <ProblemBar error={save.error} />}
      {report.error && <ProblemBar error={report.error} retry={() => void report.refetch()} />}
      {report.isPending && <Spinner label={t("common:loading")} />}
      {report.data && !report.error && <Report tenant={tenant} report={report.data} />}
    </Page>
  );
}

function Report({ tenant, report }: { tenant: string; report: PeriodReport }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("reports");
  const { facts, words } = report;
  return (
    <>
      <Card className={styles.said}>
        <h2 className={styles.headline}>{words.headline}</h2>
        <p className={styles.findings}>{words.findings}</p>
        <Text>{words.service}</Text>
        {words.more.length > 0 && (
          <ul className={styles.list}>
            {words.more.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
      </Card>
      <Card title={t("means")}>
        {words.means.map((sentence) => (
          <p key={sentence} className={styles.means}>
            {sentence}
          </p>
        ))}
        <p className={styles.quiet}>{words.definition}</p>
        {report.kept ? (
          <Text size={200}>
            {t("kept")} <Time value={report.kept} /> · SHA-256 <span className={styles.hash}>{report.sha256}</span>
          </Text>
        ) : (
          <Text size={200}>
            {t("asOf")} <Time value={facts.as_of} />
          </Text>
        )}
      </Card>
      <Card title={t("grid.title")} flush>
        {facts.tables.length === 0 ? <Empty icon={<DataUsageRegular />} title={t("grid.none")} text={t("grid.noneText")} /> : <LookedGrid facts={facts} />}
      </Card>
      <Hunts hunts={facts.hunts} />
      <Findings tenant={tenant} facts={facts} />
      <Silent tenant={tenant} facts={facts} />
    </>
  );
}
