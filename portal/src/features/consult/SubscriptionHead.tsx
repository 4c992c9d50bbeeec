import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { InquiryReadiness, Subscription } from "@/shared/api/types";
import { SubscriptionMark } from "@/shared/inquiries/marks";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  head: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px 10px", padding: "8px 12px", borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground3 },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export const mayAsk = ({ state }: Subscription): boolean => state === "trial" || state === "full";

/** The first thing that the flyout says: trial or full subscription, until when, and what is used of it. */
export function SubscriptionHead({ subscription, readiness }: { subscription: Subscription; readiness: InquiryReadiness | undefined }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("consult");
  if (!mayAsk(subscription)) {
    return (
      <MessageBar intent="warning" layout="multiline" style={{ flexShrink: 0 }}>
        <MessageBarBody>
          <MessageBarTitle>{t(subscription.state === "expired" ? "subscription.expired" : "subscription.none")}</MessageBarTitle>
          {t("subscription.how")}
        </MessageBarBody>
      </MessageBar>
    );
  }
  const { credits } = subscription;
  return (
    <div className={styles.head}>
      <SubscriptionMark value={subscription.state} />
      <Text size={200}>
        {subscription.until ? (
          <>
            {t("subscription.until")} <Time value={subscription.until} />
          </>
        ) : (
          t("subscription.withoutEnd")
        )}
      </Text>
      {credits !== null && readiness && (
        <Text size={200} className={styles.quiet}>
          {t("subscription.credits", { used: readiness.credits_used, count: credits })}
        </Text>
      )}
      {readiness?.first_reply_by && (
        <Text size={200} className={styles.quiet}>
          {t("subscription.firstReply")} <Time value={readiness.first_reply_by} />
        </Text>
      )}
    </div>
  );
}
