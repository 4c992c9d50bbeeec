import { Badge, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { calendarQuery } from "@/shared/api/desk";
import type { InquiryDetail } from "@/shared/api/types";
import { LANGUAGE_NAMES } from "@/shared/i18n";
import { shortTopic } from "@/shared/inquiries/topic";
import { InquiryStateMark, TurnMark, VerdictMark } from "@/shared/inquiries/marks";
import { Card } from "@/shared/ui/Card";
import { Facts } from "@/shared/ui/Facts";
import { Time } from "@/shared/ui/Time";
import { Accesses } from "./Accesses";
import { BusinessHours } from "./BusinessHours";
import { ClockBar } from "./ClockBar";
import { isOwnPath, safeAddress } from "./safeLink";

const useStyles = makeStyles({
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  subject: { display: "flex", flexDirection: "column", alignItems: "flex-start", gap: "2px", minWidth: 0, overflowWrap: "anywhere" },
  link: { color: tokens.colorBrandForegroundLink, textDecorationLine: "none", ":hover": { textDecorationLine: "underline" } },
  kind: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

/** Where a case stands, whose clock runs, what it is about, and whom to reach. */
export function CaseAside({ tenant, inquiry, expert }: { tenant: string; inquiry: InquiryDetail; expert: boolean }): ReactElement {
  const { t } = useTranslation(["inquiries", "subscriptions"]);
  const calendar = useQuery(calendarQuery(tenant));
  const { contacts } = inquiry;
  return (
    <>
      <Card title={t("inquiries:section.status")}>
        <Facts
          facts={[
            [t("inquiries:column.state"), <InquiryStateMark key="state" value={inquiry.state} />],
            [t("inquiries:column.turn"), <TurnMark key="turn" value={inquiry.waits_for} expert={expert} />],
            [t("inquiries:column.promised"), inquiry.promised && <Time key="promised" value={inquiry.promised} />],
            [t("inquiries:column.firstReply"), inquiry.first_reply && <Time key="first" value={inquiry.first_reply} />],
            [t("inquiries:column.concluded"), inquiry.concluded && <Time key="concluded" value={inquiry.concluded} />],
            [t("inquiries:column.handedOver"), inquiry.handed_over && <Time key="handed" value={inquiry.handed_over} />],
          ]}
        />
        <ClockBar inquiry={inquiry} expert={expert} />
      </Card>
      <Accesses tenant={tenant} inquiry={inquiry} expert={expert} />
      <Card title={t("inquiries:section.subjects")}>
        <Topic topic={inquiry.topic} />
        <Subjects subjects={inquiry.subjects} />
      </Card>
      <Card title={t("inquiries:section.details")}>
        <Facts
          facts={[
            [t("inquiries:column.category"), t(`inquiries:category.${inquiry.category}`)],
            [t(expert ? "inquiries:verdict.ofCustomer" : "inquiries:verdict.own"), <VerdictMark key="own" value={inquiry.own_verdict} />],
            [t("inquiries:verdict.ofExperts"), <VerdictMark key="experts" value={inquiry.expert_verdict} />],
            [t("inquiries:column.askedBy"), inquiry.asked_by],
            [t("inquiries:column.asked"), <Time key="asked" value={inquiry.asked} />],
            [t("inquiries:replyEmail"), inquiry.reply_email],
            [t("inquiries:contacts"), contacts.length > 0 && contacts.map(({ name, email, phone }) => <div key={name + email + phone}>{[name, email, phone].filter(Boolean).join(" · ")}</div>)],
            [t("inquiries:column.language"), LANGUAGE_NAMES[inquiry.language]],
            [t("inquiries:column.assigned"), inquiry.assigned_to || t("inquiries:assign.nobody")],
            [t("inquiries:column.subscription"), <Badge key="subscription" appearance="outline">{t(`subscriptions:state.${inquiry.subscription as "trial"}`)}</Badge>],
          ]}
        />
      </Card>
      {calendar.data && (
        <Card title={t("inquiries:hours.title")}>
          <BusinessHours calendar={calendar.data} />
        </Card>
      )}
    </>
  );
}

/** The link of the page that was in view, or the topic in words. */
function Topic({ topic }: { topic: string }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  const address = safeAddress(topic);
  return (
    <div className={styles.subject}>
      <span className={styles.kind}>{t("column.topic")}</span>
      {address === null ? (
        <span>{topic}</span>
      ) : (
        <a href={address} target="_blank" rel="noopener noreferrer" className={styles.link}>
          {shortTopic(topic)}
        </a>
      )}
    </div>
  );
}

function Subjects({ subjects }: { subjects: InquiryDetail["subjects"] }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  if (subjects.length === 0) return <span>{t("noSubjects")}</span>;
  return (
    <ul className={styles.list}>
      {subjects.map(({ kind, reference, label, url }) => (
        <li key={`${kind} ${reference}`} className={styles.subject}>
          <span className={styles.kind}>{t(`kind.${kind}`)}</span>
          <SubjectLink kind={kind} text={label || reference} url={url} />
        </li>
      ))}
    </ul>
  );
}

function SubjectLink({ kind, text, url }: { kind: InquiryDetail["subjects"][number]["kind"]; text: string; url: string }): ReactElement {
  const styles = useStyles();
  const address = kind === "outside" ? safeAddress(url || text) : null;
  if (address !== null) {
    return (
      <a href={address} target="_blank" rel="noopener noreferrer" className={styles.link}>
        {text}
      </a>
    );
  }
  return isOwnPath(url) ? (
    <Link to={url} className={styles.link}>
      {text}
    </Link>
  ) : (
    <span>{text}</span>
  );
}
