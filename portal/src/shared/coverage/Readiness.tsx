import { makeStyles, tokens } from "@fluentui/react-components";
import { CheckmarkCircle16Filled, Warning16Filled } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Check } from "@/shared/api/types";

const useStyles = makeStyles({
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: "6px" },
  check: { display: "flex", gap: "8px", alignItems: "baseline" },
  icon: { lineHeight: 0, position: "relative", top: "3px" },
  met: { color: tokens.colorPaletteGreenForeground1 },
  missing: { color: tokens.colorPaletteDarkOrangeForeground1 },
});

/** Whether there is enough telemetry to hunt in: each question with what there is and what there should be. */
export function Readiness({ checks }: { checks: readonly Check[] }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("coverage");
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <ul className={styles.list}>
      {checks.map(({ code, found, wanted, met }) => (
        <li key={code} className={styles.check}>
          <span className={`${styles.icon} ${met ? styles.met : styles.missing}`} role="img" aria-label={t(met ? "check.met" : "check.missing")}>
            {met ? <CheckmarkCircle16Filled /> : <Warning16Filled />}
          </span>
          <span>{t(`check.${code}`, { found: number.format(found), wanted })}</span>
        </li>
      ))}
    </ul>
  );
}
