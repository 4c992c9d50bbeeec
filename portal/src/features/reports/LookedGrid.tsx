import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { ReportFacts } from "@/shared/api/types";
import { daysFrom, heatOf } from "@/shared/coverage/heat";

const useStyles = makeStyles({
  scroll: { overflowX: "auto", padding: "0 20px 16px" },
  legend: { display: "flex", flexWrap: "wrap", gap: "6px 20px", margin: 0, padding: "0 20px 12px", listStyle: "none", fontSize: tokens.fontSizeBase200 },
  sign: { display: "inline-flex", alignItems: "center", gap: "8px" },
  sample: { width: "22px" },
  table: { borderCollapse: "separate", borderSpacing: "2px 3px", width: "100%" },
  name: { textAlign: "left", fontWeight: tokens.fontWeightRegular, fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, paddingRight: "12px", whiteSpace: "nowrap" },
  head: { fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold, textAlign: "left", color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" },
  end: { textAlign: "right", fontVariantNumeric: "tabular-nums", paddingLeft: "12px", whiteSpace: "nowrap", fontSize: tokens.fontSizeBase200 },
  day: { minWidth: "7px", padding: 0 },
  rows: { display: "block", height: "13px", borderRadius: "2px 2px 0 0", backgroundColor: tokens.colorNeutralBackground3 },
  step1: { backgroundColor: `color-mix(in srgb, ${tokens.colorNeutralForeground3} 18%, ${tokens.colorNeutralBackground3})` },
  step2: { backgroundColor: `color-mix(in srgb, ${tokens.colorNeutralForeground3} 32%, ${tokens.colorNeutralBackground3})` },
  step3: { backgroundColor: `color-mix(in srgb, ${tokens.colorNeutralForeground3} 48%, ${tokens.colorNeutralBackground3})` },
  step4: { backgroundColor: `color-mix(in srgb, ${tokens.colorNeutralForeground3} 64%, ${tokens.colorNeutralBackground3})` },
  step5: { backgroundColor: `color-mix(in srgb, ${tokens.colorNeutralForeground3} 80%, ${tokens.colorNeutralBackground3})` },
  // Told apart without colour too: a full bar, half a bar, an empty frame, nothing.
  looked: { display: "block", boxSizing: "border-box", height: "7px", marginTop: "1px", borderRadius: "0 0 2px 2px" },
  full: { backgroundColor: tokens.colorBrandForeground1 },
  part: { border: `1px solid ${tokens.colorBrandForeground1}`, backgroundImage: `linear-gradient(90deg, ${tokens.colorBrandForeground1} 50%, transparent 50%)` },
  none: { border: `1px solid ${tokens.colorPaletteRedForeground1}` },
  hidden: { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)", whiteSpace: "nowrap" },
});

const STATES = ["full", "part", "none"] as const;

/** A row for each table and a square for each day: above how many rows arrived, below how much of them hunts looked at. */
export function LookedGrid({ facts }: { facts: ReportFacts }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("reports");
  const count = facts.tables[0]?.rows.length ?? 0;
  const days = daysFrom(facts.since, count);
  const number = new Intl.NumberFormat(i18n.language);
  const steps = [undefined, styles.step1, styles.step2, styles.step3, styles.step4, styles.step5];
  return (
    <>
      <ul className={styles.legend}>
        <li className={styles.sign}>
          <span className={mergeClasses(styles.rows, styles.step3, styles.sample)} aria-hidden="true" />
          {t("grid.arrived")}
        </li>
        {STATES.map((state) => (
          <li key={state} className={styles.sign}>
            <span className={mergeClasses(styles.looked, styles[state], styles.sample)} aria-hidden="true" />
            {t(`looked.${state}`)}
          </li>
        ))}
      </ul>
      {/* A scrolling region must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("grid.title")}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" className={styles.head}>
                {t("grid.table")}
              </th>
              <th scope="colgroup" colSpan={count} className={styles.head}>
                <span style={{ display: "flex", justifyContent: "space-between" }}>
                  <span>{days[0]}</span>
                  <span>{days.at(-1)}</span>
                </span>
              </th>
              <th scope="col" className={mergeClasses(styles.head, styles.end)}>
                {t("grid.looked")}
              </th>
              <th scope="col" className={mergeClasses(styles.head, styles.end)}>
                {t("grid.rows")}
              </th>
              <th scope="col" className={mergeClasses(styles.head, styles.end)}>
                {t("grid.devices")}
              </th>
            </tr>
          </thead>
          <tbody>
            {facts.tables.map(({ table, rows, looked, devices }) => (
              <tr key={table}>
                <th scope="row" className={styles.name}>
                  {table}
                </th>
                {rows.map((amount, index) => {
                  const state = looked[index] ?? undefined;
                  const said = t("grid.day", { day: days[index], rows: number.format(amount), looked: state ? t(`looked.${state}`) : t("looked.empty") });
                  return (
                    <td key={days[index]} className={styles.day} title={said}>
                      <span className={mergeClasses(styles.rows, steps[heatOf(amount)])} />
                      <span className={mergeClasses(styles.looked, state && styles[state])} />
                      <span className={styles.hidden}>{said}</span>
                    </td>
                  );
                })}
                <td className={styles.end}>{t("grid.days", { full: looked.filter((state) => state === "full").length, all: looked.filter(Boolean).length })}</td>
                <td className={styles.end}>{number.format(rows.reduce((sum, amount) => sum + amount, 0))}</td>
                <td className={styles.end}>{devices ? number.format(devices) : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
