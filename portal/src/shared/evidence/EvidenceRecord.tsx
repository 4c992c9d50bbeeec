import { Badge, Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from "@fluentui/react-components";
import { ArrowSyncRegular, ArrowDownloadRegular, SearchSquareRegular } from "@fluentui/react-icons";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { rerunEvidence } from "@/shared/api/evidence";
import type { Column, Evidence, Rerun } from "@/shared/api/types";
import { saveFile, toCsv } from "@/shared/grid/csv";
import { ResultsGrid } from "@/shared/grid/ResultsGrid";
import { useTenant } from "@/shared/session/session";
import { ButtonLink } from "@/shared/ui/ButtonLink";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Facts } from "@/shared/ui/Facts";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  record: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  actions: { display: "flex", gap: tokens.spacingHorizontalS, flexWrap: "wrap" },
  grid: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, overflow: "hidden", display: "flex", flexDirection: "column" },
  hash: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: "anywhere" },
  proof: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: "8px 12px" },
  summary: { cursor: "pointer", fontWeight: tokens.fontWeightSemibold },
  inside: { paddingTop: "10px" },
});

const ROWS_HEIGHT = 320;

/** A frozen finding: what was asked, what came back, and the means to check both. */
export function EvidenceRecord({ evidence }: { evidence: Evidence }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("evidence");
  const { slug, can } = useTenant();
  const rerun = useMutation({ mutationFn: () => rerunEvidence(slug, evidence.id) });
  const { columns, rows, query, window } = evidence;
  const hash = (value: string) => (
    <span className={styles.hash}>
      {value} <CopyButton value={value} />
    </span>
  );
  return (
    <div className={styles.record}>
      {query === null ? (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t(evidence.query_sha256 === null ? "queryWithheld" : "queryHashOnly")}</MessageBarBody>
        </MessageBar>
      ) : (
        <CodeBlock text={query} label={t("query")} />
      )}
      {evidence.note && <Text>{evidence.note}</Text>}
      {rows.length > 0 && (
        <div className={styles.grid}>
          <ResultsGrid label={t("rows")} columns={columns} rows={rows} maxHeight={ROWS_HEIGHT} />
        </div>
      )}
      <div className={styles.actions}>
        <Button icon={<ArrowSyncRegular />} disabled={rerun.isPending} onClick={() => rerun.mutate()}>
          {t("rerun")}
        </Button>
        {query !== null && can("hunt:run") && (
          <ButtonLink
            to="/tenants/$tenant/hunting"
            params={{ tenant: slug }}
            search={{ query, window: "custom", start: window.start, end: window.end }}
            icon={<SearchSquareRegular />}
          >
            {t("openInHunting")}
          </ButtonLink>
        )}
        {rows.length > 0 && (
          <Button icon={<ArrowDownloadRegular />} onClick={() => saveFile(`evidence-${evidence.id}.csv`, toCsv(columns, rows))}>
            {t("exportCsv")}
          </Button>
        )}
      </div>
      {rerun.error && <ProblemBar error={rerun.error} />}
      {rerun.data && <Difference columns={columns} rerun={rerun.data} />}
      <details className={styles.proof}>
        <summary className={styles.summary}>{t("proof")}</summary>
        <div className={styles.inside}>
          <Facts
            facts={[
              [t("captured"), <Time key="at" value={evidence.captured_at} />],
              [t("capturedBy"), evidence.captured_by],
              [
                t("window"),
                <span key="window">
                  <Time value={window.start} /> – <Time value={window.end} />
                </span>,
              ],
              [t("parameters"), Object.keys(evidence.parameters).length > 0 ? <code key="p">{JSON.stringify(evidence.parameters)}</code> : ""],
              [t("schemaVersion"), evidence.schema_version],
              [t("engineVersion"), evidence.engine_version],
              [t("compilerVersion"), evidence.compiler_version],
              [t("queryHash"), evidence.query_sha256 && hash(evidence.query_sha256)],
              [t("sqlHash"), evidence.sql_sha256 && hash(evidence.sql_sha256)],
              [t("rowsHash"), evidence.rows_sha256 && hash(evidence.rows_sha256)],
            ]}
          />
        </div>
      </details>
    </div>
  );
}

/** What a second run found: the same rows, or which came and which went. */
function Difference({ columns, rerun }: { columns: readonly Column[]; rerun: Rerun }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("evidence");
  const part = (rows: unknown[][], count: number, name: string, color: "success" | "danger") =>
    rows.length > 0 && (
      <div>
        <Badge color={color} appearance="tint">
          {name} {count}
        </Badge>
        <div className={styles.grid} style={{ marginTop: 6 }}>
          <ResultsGrid label={name} columns={columns} rows={rows} maxHeight={ROWS_HEIGHT} />
        </div>
      </div>
    );
  return (
    <div className={styles.record} role="status">
      <MessageBar intent={rerun.same ? "success" : "warning"} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{rerun.same ? t("same.title") : t("different.title")}</MessageBarTitle>
          {rerun.same ? t("same.text") : t("different.text", { added: rerun.added_count, removed: rerun.removed_count })}
        </MessageBarBody>
      </MessageBar>
      {part(rerun.added, rerun.added_count, t("added"), "success")}
      {part(rerun.removed, rerun.removed_count, t("removed"), "danger")}
    </div>
  );
}
