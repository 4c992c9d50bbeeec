import { makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Pace, PaceSpread } from "@/shared/api/types";
import { formatSpan } from "@/shared/time/span";
import { DataTable, type TableColumn } from "@/shared/ui/DataTable";

export const PACE_DAYS = [30, 90, 365] as const;

const useStyles = makeStyles({
  counts: { display: "flex", flexWrap: "wrap", gap: "8px 32px", margin: 0, padding: "0 20px 14px" },
  name: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  value: { margin: 0, fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: "tabular-nums" },
  note: { display: "block", padding: "10px 20px 14px", color: tokens.colorNeutralForeground2 },
});

const MEASURES = ["first_reply", "expert_time", "customer_time", "to_conclusion"] as const;
type Measure = (typeof MEASURES)[number];

/** How many of how many, and what part that is; nothing where there is none. */
export function partOf(part: number, whole: number, language: string): string {
  if (whole === 0) return "–";
  return `${part} / ${whole} (${new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(part / whole)})`;
}

/** How fast the experts are: counts, then the median, the ninetieth percentile and the worst of each span, in business time. */
export function PaceTable({ pace }: { pace: Pace }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("inquiries");
  const said = (seconds: number | null) => (seconds === null ? "–" : formatSpan(seconds, i18n.language));
  const counts: [string, string][] = [
    [t("pace.asked"), String(pace.asked)],
    [t("pace.open"), String(pace.open)],
    [t("pace.goalMet"), partOf(pace.goal_met, pace.first_reply.n, i18n.language)],
    [t("pace.promisesKept"), partOf(pace.promises_kept, pace.promised, i18n.language)],
    [t("risk.breached"), String(pace.breached)],
    [t("risk.at_risk"), String(pace.at_risk)],
  ];
  const column = (id: keyof PaceSpread, cell: (spread: PaceSpread) => string): TableColumn<Measure> => ({ id, header: t(`pace.${id}`), end: true, cell: (measure) => cell(pace[measure]) });
  const columns: TableColumn<Measure>[] = [
    { id: "measure", header: t("pace.measure"), cell: (measure) => t(`pace.measures.${measure}`) },
    column("median", ({ median }) => said(median)),
    column("p90", ({ p90 }) => said(p90)),
    column("worst", ({ worst }) => said(worst)),
    column("n", ({ n }) => String(n)),
  ];
  return (
    <>
      <dl className={styles.counts}>
        {counts.map(([name, value]) => (
          <div key={name}>
            <dt className={styles.name}>{name}</dt>
            <dd className={styles.value}>{value}</dd>
          </div>
        ))}
      </dl>
      <DataTable label={t("pace.title")} columns={columns} rows={MEASURES} rowKey={(measure) => measure} />
      <Text size={200} className={styles.note}>
        {t("pace.note")}
      </Text>
    </>
  );
}

/** Over how many days. */
export function PaceDays({ value, onChange }: { value: number; onChange: (days: number) => void }): ReactElement {
  const { t } = useTranslation("inquiries");
  return (
    <Select size="small" aria-label={t("pace.period")} value={String(value)} onChange={(_, data) => onChange(Number(data.value))}>
      {PACE_DAYS.map((days) => (
        <option key={days} value={days}>
          {t("pace.days", { count: days })}
        </option>
      ))}
    </Select>
  );
}
