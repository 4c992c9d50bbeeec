import { Button, makeStyles, MessageBar, MessageBarBody, ProgressBar, Tab, TabList, Text, tokens } from "@fluentui/react-components";
import { ArrowDownloadRegular, DataHistogramRegular, DocumentAddRegular, TableRegular, TableSearchRegular } from "@fluentui/react-icons";
import { lazy, Suspense, useMemo, useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { HuntResult } from "@/shared/api/types";
import { saveFile, toCsv } from "@/shared/grid/csv";
import { ResultsGrid } from "@/shared/grid/ResultsGrid";
import { usePageSubjects } from "@/shared/inquiries/consultation";
import { huntSubject } from "@/shared/inquiries/subjects";
import { useTenant } from "@/shared/session/session";
import { Empty } from "@/shared/ui/Empty";
import { chartData } from "./charts";
import { DraftDialog } from "./DraftDialog";
import { RecordPane } from "./RecordPane";

const ResultChart = lazy(() => import("./ResultChart"));

const useStyles = makeStyles({
  frame: { flexGrow: 1, minHeight: "240px", display: "flex", flexDirection: "column", border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, overflow: "hidden", backgroundColor: tokens.colorNeutralBackground1, position: "relative" },
  head: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS, padding: "6px 12px", borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, flexWrap: "wrap" },
  space: { flexGrow: 1 },
  quiet: { color: tokens.colorNeutralForeground2, fontVariantNumeric: "tabular-nums" },
  body: { flexGrow: 1, minHeight: 0, display: "flex" },
  progress: { position: "absolute", top: 0, left: 0, right: 0 },
});

const MS = 1000;

interface ResultsProps {
  running: boolean;
  result: HuntResult | undefined;
  query: string;
  onWiden: (() => void) | undefined;
}

export function Results({ running, result, query, onWiden }: ResultsProps): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("hunting");
  return (
    <section className={styles.frame} aria-label={t("results.title")} aria-busy={running}>
      {running && <ProgressBar className={styles.progress} aria-label={t("running")} />}
      {result ? (
        <ResultView key={result.id} result={result} query={query} onWiden={onWiden} />
      ) : (
        <Empty icon={<TableSearchRegular />} title={t(running ? "running" : "results.before")} text={t(running ? "runningText" : "results.beforeText")} />
      )}
    </section>
  );
}

function ResultView({ result, query, onWiden }: { result: HuntResult; query: string; onWiden: (() => void) | undefined }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("hunting");
  const { slug, can } = useTenant();
  const chart = useMemo(() => chartData(result), [result]);
  const [view, setView] = useState<"chart" | "table">(chart ? "chart" : "table");
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [opened, setOpened] = useState<number | null>(null);
  const [drafting, setDrafting] = useState(false);
  const { columns, rows, row_count, truncated, duration_ms } = result;
  const seconds = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 }).format(duration_ms / MS);
  const chosenRows = selected.size > 0 ? [...selected].sort((a, b) => a - b).map((index) => rows[index] ?? []) : rows;
  usePageSubjects([huntSubject(slug, query, result, [...selected].sort((a, b) => a - b))]);
  const mayDraft = can("evidence:capture") && can("draft:write");
  return (
    <>
      <div className={styles.head}>
        <TabList size="small" selectedValue={view} onTabSelect={(_, data) => setView(data.value === "chart" ? "chart" : "table")}>
          <Tab value="table" icon={<TableRegular />}>
            {t("results.title")}
          </Tab>
          {chart && (
            <Tab value="chart" icon={<DataHistogramRegular />}>
              {t("results.chart")}
            </Tab>
          )}
        </TabList>
        <Text size={200} className={styles.quiet} role="status">
          {t("results.summary", { count: row_count, seconds })}
          {selected.size > 0 && ` · ${t("results.selected", { count: selected.size })}`}
        </Text>
        <span className={styles.space} />
        {mayDraft && (
          <Button size="small" appearance="primary" icon={<DocumentAddRegular />} disabled={selected.size === 0} title={selected.size === 0 ? t("draft.selectFirst") : undefined} onClick={() => setDrafting(true)}>
            {t("draft.start")}
          </Button>
        )}
        <Button size="small" icon={<ArrowDownloadRegular />} disabled={rows.length === 0} onClick={() => saveFile(`hunt-${slug}-${result.id.slice(0, 8)}.csv`, toCsv(columns, chosenRows))}>
          {t("results.exportCsv")}
        </Button>
      </div>
      {truncated && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t("results.truncated", { count: row_count })}</MessageBarBody>
        </MessageBar>
      )}
      {result.warnings.map(({ code, message, start }) => (
        <MessageBar key={`${code}${start}`} intent="warning" layout="multiline">
          <MessageBarBody>{message}</MessageBarBody>
        </MessageBar>
      ))}
      <div className={styles.body}>
        {rows.length === 0 ? (
          <div style={{ flexGrow: 1 }}>
            <Empty icon={<TableSearchRegular />} title={t("results.none")} text={t("results.noneText")} action={onWiden && <Button onClick={onWiden}>{t("results.widen")}</Button>} />
          </div>
        ) : view === "chart" && chart ? (
          <Suspense>
            <ResultChart data={chart} />
          </Suspense>
        ) : (
          <>
            <ResultsGrid label={t("results.title")} columns={columns} rows={rows} selected={selected} onSelect={setSelected} onOpen={setOpened} opened={opened} />
            {opened !== null && <RecordPane columns={columns} row={rows[opened] ?? []} onClose={() => setOpened(null)} />}
          </>
        )}
      </div>
      {drafting && <DraftDialog huntId={result.id} rows={[...selected].sort((a, b) => a - b)} onClose={() => setDrafting(false)} />}
    </>
  );
}
