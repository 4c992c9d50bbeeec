import { Dropdown, Field, Input, makeStyles, Option, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { reportMonthsQuery } from "@/shared/api/reports";
import type { ReportPeriod } from "@/shared/api/types";
import { daysOf, monthName, monthsUntil } from "./period";

const DAYS = "days";

const useStyles = makeStyles({ row: { display: "flex", gap: tokens.spacingHorizontalS, flexWrap: "wrap", alignItems: "end" }, month: { minWidth: "220px" } });

/** Chooses a month, or two days; months whose report is kept say so. */
export function PeriodPicker({ tenant, period, onChange }: { tenant: string; period: ReportPeriod; onChange: (period: ReportPeriod) => void }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("reports");
  const kept = new Set(useQuery(reportMonthsQuery(tenant)).data?.items.map(({ month }) => month));
  const listed = monthsUntil(new Date());
  const months = period.month && !listed.includes(period.month) ? [...listed, period.month] : listed;
  const name = (month: string) => (kept.has(month) ? t("period.kept", { month: monthName(month, i18n.language) }) : monthName(month, i18n.language));
  const today = new Date().toISOString().slice(0, 10);
  return (
    <div className={styles.row}>
      <Dropdown
        className={styles.month}
        aria-label={t("period.label")}
        value={period.month ? name(period.month) : t("period.days")}
        selectedOptions={[period.month ?? DAYS]}
        onOptionSelect={(_, { optionValue }) => {
          if (optionValue === DAYS) onChange(daysOf(period.month ?? today.slice(0, 7), today));
          else onChange({ month: optionValue });
        }}
      >
        {months.map((month) => (
          <Option key={month} value={month} text={name(month)}>
            {name(month)}
          </Option>
        ))}
        <Option value={DAYS} text={t("period.days")}>
          {t("period.days")}
        </Option>
      </Dropdown>
      {period.month === undefined && (
        <>
          <Field label={t("period.since")} size="small">
            <Input type="date" value={period.since ?? ""} max={today} onChange={(_, { value }) => value && onChange({ ...period, since: value })} />
          </Field>
          <Field label={t("period.until")} size="small">
            <Input type="date" value={period.until ?? ""} onChange={(_, { value }) => value && onChange({ ...period, until: value })} />
          </Field>
        </>
      )}
    </div>
  );
}
