import { Badge, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowTurnDownRightRegular, CheckmarkCircle16Filled, Circle16Regular, CircleHalfFill16Regular, PersonStar16Filled } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Alert } from "@/shared/api/types";
import { useAppearance } from "@/shared/theme/appearance";
import { EXPERTS } from "@/shared/theme/themes";
import { ALERT_STATUSES, DETECTION_SOURCES, INCIDENT_STATUSES, oneOf, SEVERITIES, type AlertStatusName, type IncidentStatusName, type SeverityName } from "@/shared/url/search";

const useStyles = makeStyles({
  severity: { display: "inline-flex", alignItems: "center", gap: "6px", whiteSpace: "nowrap", fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightRegular },
  bars: { display: "inline-flex", gap: "2px", alignItems: "flex-end", height: "12px" },
  bar: { width: "4px", borderRadius: "1px", backgroundColor: tokens.colorNeutralStroke1 },
  high: { backgroundColor: tokens.colorPaletteRedBackground3 },
  medium: { backgroundColor: tokens.colorPaletteDarkOrangeBackground3 },
  low: { backgroundColor: tokens.colorPaletteYellowBackground3 },
  informational: { backgroundColor: tokens.colorBrandBackground },
  status: { display: "inline-flex", alignItems: "center", gap: "6px", whiteSpace: "nowrap", fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightRegular },
  resolved: { color: tokens.colorPaletteGreenForeground1 },
  progress: { color: tokens.colorBrandForeground1 },
  experts: { whiteSpace: "nowrap", fontWeight: tokens.fontWeightSemibold, "::after": { border: "none" } },
});

const HEIGHTS = ["40%", "70%", "100%"];
const LEVELS: Record<SeverityName, { filled: number; style: "high" | "medium" | "low" | "informational" }> = {
  High: { filled: 3, style: "high" },
  Medium: { filled: 2, style: "medium" },
  Low: { filled: 1, style: "low" },
  Informational: { filled: 1, style: "informational" },
};

/** Severity as bars and a word, so that it is not told by colour alone. */
export function SeverityMark({ value }: { value: string }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation();
  const severity = oneOf(value, SEVERITIES);
  if (!severity) return <span>{value}</span>;
  const { filled, style } = LEVELS[severity];
  return (
    <span className={styles.severity}>
      <span className={styles.bars} aria-hidden="true">
        {HEIGHTS.map((height, index) => (
          <span key={height} className={mergeClasses(styles.bar, index < filled && styles[style])} style={{ height }} />
        ))}
      </span>
      {t(`severity.${severity}`)}
    </span>
  );
}

export function CategoryName({ value }: { value: Alert["category"] }): ReactElement {
  const { t } = useTranslation();
  return <span>{t(`category.${value}`)}</span>;
}

/** What raised an alert; a source that the portal does not know keeps its own name. */
export function SourceName({ value }: { value: string }): ReactElement {
  const { t } = useTranslation("alerts");
  const source = oneOf(value, DETECTION_SOURCES);
  return <span>{source ? t(`source.${source}`) : value}</span>;
}

const STATUS_ICONS: Record<AlertStatusName | IncidentStatusName, ReactElement> = {
  Active: <Circle16Regular />,
  New: <Circle16Regular />,
  InProgress: <CircleHalfFill16Regular />,
  Resolved: <CheckmarkCircle16Filled />,
  Redirected: <ArrowTurnDownRightRegular />,
};

export function StatusMark({ value }: { value: string }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation();
  const status = oneOf(value, [...ALERT_STATUSES, ...INCIDENT_STATUSES]);
  if (!status) return <span className={styles.status}>{value}</span>;
  return (
    <span className={mergeClasses(styles.status, status === "Resolved" && styles.resolved, status === "InProgress" && styles.progress)}>
      {STATUS_ICONS[status]}
      {t(`status.${status}`)}
    </span>
  );
}

export const THREAT_EXPERTS = "Threat experts";
const SAMPLE = "Sample";

/** The tags of an alert or incident; *Threat experts* keeps its English name everywhere, as in the other channels. */
export function Tags({ tags }: { tags: string[] }): ReactElement {
  const styles = useStyles();
  const { background, text, border } = EXPERTS[useAppearance().appearance];
  return (
    <span style={{ display: "inline-flex", gap: 6, flexWrap: "wrap" }}>
      {tags.map((tag) =>
        tag === THREAT_EXPERTS ? (
          <Badge key={tag} className={styles.experts} style={{ backgroundColor: background, color: text, border: `1px solid ${border}` }} icon={<PersonStar16Filled />} shape="rounded">
            {tag}
          </Badge>
        ) : (
          <Badge key={tag} appearance={tag === SAMPLE ? "tint" : "outline"} shape="rounded" color={tag === SAMPLE ? "warning" : "informative"}>
            {tag}
          </Badge>
        ),
      )}
    </span>
  );
}
