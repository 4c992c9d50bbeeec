import { Badge, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { CheckmarkCircle16Filled, Circle16Regular, CircleHalfFill16Regular, Clock16Regular, DismissCircle16Regular, ErrorCircle16Filled, HourglassHalf16Regular, Warning16Filled } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Inquiry, InquiryStatus, Subscription } from "@/shared/api/types";

const useStyles = makeStyles({
  mark: { display: "inline-flex", alignItems: "center", gap: "6px", whiteSpace: "nowrap", fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightRegular },
  going: { color: tokens.colorBrandForeground1 },
  done: { color: tokens.colorPaletteGreenForeground1 },
  waiting: { color: tokens.colorPaletteDarkOrangeForeground1 },
  over: { color: tokens.colorNeutralForeground2 },
  breached: { color: tokens.colorPaletteRedForeground1, fontWeight: tokens.fontWeightSemibold },
});

type Tone = "going" | "done" | "waiting" | "over";

const STATES: Record<InquiryStatus["state"], { icon: ReactElement; tone?: Tone }> = {
  submitted: { icon: <Circle16Regular /> },
  in_progress: { icon: <CircleHalfFill16Regular />, tone: "going" },
  waiting_info: { icon: <HourglassHalf16Regular />, tone: "waiting" },
  waiting_samples: { icon: <HourglassHalf16Regular />, tone: "waiting" },
  concluded: { icon: <CheckmarkCircle16Filled />, tone: "done" },
  closed_no_reply: { icon: <DismissCircle16Regular />, tone: "over" },
  withdrawn: { icon: <DismissCircle16Regular />, tone: "over" },
};

/** Where a case stands, as an icon and a word. */
export function InquiryStateMark({ value }: { value: InquiryStatus["state"] }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  const { icon, tone } = STATES[value];
  return (
    <span className={mergeClasses(styles.mark, tone && styles[tone])}>
      {icon}
      {t(`state.${value}`)}
    </span>
  );
}

/** Who does the next thing, as the reader's side says it. */
export function TurnMark({ value, expert }: { value: InquiryStatus["waits_for"]; expert: boolean }): ReactElement {
  const { t } = useTranslation("inquiries");
  if (value === "nobody") return <span>{t("turn.nobody")}</span>;
  const own = (value === "experts") === expert;
  return (
    <Badge appearance={own ? "filled" : "tint"} color={own ? "brand" : "informative"} shape="rounded">
      {t(value === "experts" ? "turn.experts" : expert ? "turn.customer" : "turn.own")}
    </Badge>
  );
}

/** What became, or will become, of the promise: by icon and word, never by colour alone. */
export function RiskMark({ breached, atRisk }: { breached: boolean; atRisk: boolean }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  const [icon, text, tone] = breached
    ? ([<ErrorCircle16Filled key="i" />, t("risk.breached"), styles.breached] as const)
    : atRisk
      ? ([<Warning16Filled key="i" />, t("risk.at_risk"), styles.waiting] as const)
      : ([<Clock16Regular key="i" />, t("risk.in_time"), styles.over] as const);
  return (
    <span className={mergeClasses(styles.mark, tone)}>
      {icon}
      {text}
    </span>
  );
}

const VERDICT_COLORS: Record<Inquiry["own_verdict"], "danger" | "warning" | "success" | "informative"> = { unknown: "informative", malicious: "danger", suspicious: "warning", benign: "success" };

export function VerdictMark({ value }: { value: Inquiry["own_verdict"] }): ReactElement {
  const { t } = useTranslation("inquiries");
  return (
    <Badge appearance="tint" color={VERDICT_COLORS[value]} shape="rounded">
      {t(`verdict.${value}`)}
    </Badge>
  );
}

const SUBSCRIPTION_COLORS: Record<Subscription["state"], "brand" | "success" | "warning" | "informative"> = { none: "informative", trial: "brand", full: "success", expired: "warning" };

export function SubscriptionMark({ value }: { value: Subscription["state"] }): ReactElement {
  const { t } = useTranslation("subscriptions");
  return (
    <Badge appearance="tint" color={SUBSCRIPTION_COLORS[value]} shape="rounded">
      {t(`state.${value}`)}
    </Badge>
  );
}
