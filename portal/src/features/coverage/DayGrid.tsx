import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Coverage } from "@/shared/api/types";
import { Time } from "@/shared/ui/Time";
import { daysFrom, heatOf } from "@/shared/coverage/heat";

const useStyles = makeStyles({
  scroll: { overflowX: "auto", padding: "0 20px 16px" },
  table: { borderCollapse: "separate", borderSpacing: "2px 3px", width: "100%" },
  name: { textAlign: "left", fontWeight: tokens.fontWeightRegular, fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, paddingRight: "12px", whiteSpace: "nowrap" },
  head: { fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold, textAlign: "left", color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" },
  end: { textAlign: "right", fontVariantNumeric: "tabular-nums", paddingLeft: "12px", whiteSpace: "nowrap", fontSize: tokens.fontSizeBase200 },
  day: { height: "18px", minWidth: "7px", borderRadius: "2px", padding: 0, backgroundColor: tokens.colorNeutralBackground4 },
  step1: { backgroundColor: `color-mix(in srgb, ${tokens.colorBrandForeground1} 25%, ${tokens.colorNeutralBackground4})` },
  step2: { backgroundColor: `color-mix(in srgb, ${tokens.colorBrandForeground1} 45%, ${tokens.colorNeutralBackground4})` },
  step3: { backgroundColor: `color-mix(in srgb, ${tokens.colorBrandForeground1} 65%, ${tokens.colorNeutralBackground4})` },
  step4: { backgroundColor: `color-mix(in srgb, ${tokens.colorBrandForeground1} 85%, ${tokens.colorNeutralBackground4})` },
  step5: { backgroundColor: tokens.colorBrandForeground1 },
  hidden: { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)", whiteSpace: "nowrap" },
});

/** A row for each table and a square for each day: the darker, the more rows. */
export function DayGrid({ coverage }: { coverage: Coverage }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("coverage");
  const count = coverage.tables[0]?.days.length ?? 0;
  const days = daysFrom(coverage.since, count);
  const number = new Intl.NumberFormat(i18n.language);
  const steps = [undefined, styles.step1, styles.step2, styles.step3, styles.step4, styles.step5];
  return (
    // A scrolling region must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("grid.title")}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.head}>
              {t("grid.table")}
            </th>
            <th scope="colgroup" colSpan={count} className={styles.head}>
              <span style={{ display: "flex", justifyContent: "space-between" }}>
                <span>{coverage.since}</span>
                <span>{coverage.until}</span>
              </span>
            </th>
            <th scope="col" className={mergeClasses(styles.head, styles.end)}>
              {t("grid.rows")}
            </th>
            <th scope="col" className={mergeClasses(styles.head, styles.end)}>
              {t("grid.last")}
            </th>
          </tr>
        </thead>
        <tbody>
          {coverage.tables.map((table) => (
            <tr key={table.table}>
              <th scope="row" className={styles.name}>
                {table.table}
              </th>
              {table.days.map((rows, index) => (
                <td key={days[index]} className={mergeClasses(styles.day, steps[heatOf(rows)])} title={t("grid.day", { day: days[index], count: rows, rows: number.format(rows) })}>
                  <span className={styles.hidden}>{number.format(rows)}</span>
                </td>
              ))}
              <td className={styles.end}>{number.format(table.rows)}</td>
              <td className={styles.end}>
                <Time value={table.last} ago />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
