import { makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { Clock16Regular, PauseCircle16Regular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { InquiryDetail } from "@/shared/api/types";
import { formatSpan } from "@/shared/time/span";
import { clockParts } from "./clock";

const useStyles = makeStyles({
  part: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  bar: { display: "flex", height: "12px", borderRadius: tokens.borderRadiusMedium, overflow: "hidden", backgroundColor: tokens.colorNeutralBackground5, gap: "2px" },
  experts: { backgroundColor: tokens.colorBrandBackground },
  // Told apart by its stripes too, not by colour alone.
  customer: { backgroundImage: `repeating-linear-gradient(45deg, ${tokens.colorPaletteDarkOrangeBackground3} 0 4px, ${tokens.colorPaletteDarkOrangeBackground2} 4px 8px)` },
  line: { display: "flex", alignItems: "center", gap: "8px", fontVariantNumeric: "tabular-nums" },
  swatch: { width: "12px", height: "12px", borderRadius: tokens.borderRadiusSmall, flexShrink: 0 },
  name: { flexGrow: 1 },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** The two clocks of a case: how long each side has had it, and whose runs now. */
export function ClockBar({ inquiry: { clocks, waits_for }, expert }: { inquiry: Pick<InquiryDetail, "clocks" | "waits_for">; expert: boolean }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("inquiries");
  const parts = clockParts(clocks, true);
  const wall = clockParts(clocks, false);
  const name = (side: "experts" | "customer") => t(side === "experts" ? "clock.experts" : expert ? "clock.customer" : "clock.own");
  return (
    <div className={styles.part}>
      <div className={styles.bar} aria-hidden="true">
        {parts.map(({ side, percent }) => percent > 0 && <span key={side} className={styles[side]} style={{ width: `${percent}%` }} />)}
      </div>
      {parts.map(({ side, seconds }, place) => (
        <div key={side} className={styles.line}>
          <span className={mergeClasses(styles.swatch, styles[side])} aria-hidden="true" />
          <Text className={styles.name}>
            {name(side)}
            {waits_for === side && (
              <>
                {" "}
                <Clock16Regular aria-hidden="true" style={{ verticalAlign: "text-bottom" }} /> {t("clock.runs")}
              </>
            )}
          </Text>
          <Text title={t("clock.wall", { span: formatSpan(wall[place]?.seconds ?? 0, i18n.language) })}>{formatSpan(seconds, i18n.language)}</Text>
        </div>
      ))}
      {waits_for === "nobody" && (
        <Text size={200} className={styles.quiet}>
          <PauseCircle16Regular aria-hidden="true" style={{ verticalAlign: "text-bottom" }} /> {t("clock.stopped")}
        </Text>
      )}
      <Text size={200} className={styles.quiet}>
        {t("clock.note")}
      </Text>
    </div>
  );
}
