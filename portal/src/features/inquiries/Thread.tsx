import { Badge, Button, Link, makeStyles, mergeClasses, Spinner, Text, tokens } from "@fluentui/react-components";
import { ChevronDownRegular, ChevronRightRegular, DocumentRegular, MailRegular, OpenRegular, PlugConnectedRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { evidenceQuery } from "@/shared/api/evidence";
import type { InquiryDetail, InquiryMessage } from "@/shared/api/types";
import { EvidenceRecord } from "@/shared/evidence/EvidenceRecord";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { Time } from "@/shared/ui/Time";
import { safeAddress } from "./safeLink";

const useStyles = makeStyles({
  thread: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  message: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, borderLeft: `4px solid ${tokens.colorNeutralStroke1}`, paddingLeft: "14px", minWidth: 0 },
  experts: { borderLeftColor: tokens.colorBrandStroke1 },
  system: { borderLeftStyle: "dashed" },
  head: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px 10px" },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, display: "inline-flex", alignItems: "center", gap: "4px" },
  list: { margin: 0, paddingLeft: "18px", overflowWrap: "anywhere" },
  evidence: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, alignItems: "stretch", minWidth: 0 },
  toggle: { alignSelf: "flex-start" },
  promise: { fontWeight: tokens.fontWeightSemibold },
});

const CHANNELS = { portal: null, mail: <MailRegular />, api: <PlugConnectedRegular /> } as const;
const COLORS: Partial<Record<InquiryMessage["kind"], "brand" | "warning" | "success" | "informative">> = { ask_info: "warning", ask_samples: "warning", need_time: "informative", report: "brand", conclude: "success" };

/** What both sides wrote, the first message first. */
export function Thread({ tenant, inquiry }: { tenant: string; inquiry: InquiryDetail }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  return (
    <ol className={styles.thread} aria-label={t("section.thread")}>
      {inquiry.messages.map((message) => (
        <li key={message.id} className={mergeClasses(styles.message, message.author === "experts" && styles.experts, message.author === "system" && styles.system)}>
          <MessageHead message={message} />
          <Prose text={message.text} />
          {message.promised && (
            <Text className={styles.promise}>
              {t("message.promised")} <Time value={message.promised} />
            </Text>
          )}
          {message.references.length > 0 && <References urls={message.references} />}
          {message.evidence_ids.map((id, place) => (
            <EvidenceLink key={id} tenant={tenant} id={id} number={place + 1} />
          ))}
          {message.sample_ids.length > 0 && (
            <span className={styles.quiet}>
              <DocumentRegular aria-hidden="true" /> {t("message.samples", { count: message.sample_ids.length })}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

function MessageHead({ message: { author, kind, person_name, written, channel } }: { message: InquiryMessage }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  return (
    <div className={styles.head}>
      <Text weight="semibold">{t(`author.${author}`)}</Text>
      <Badge appearance="tint" color={COLORS[kind] ?? "informative"} shape="rounded">
        {t(`message.kind.${kind}`)}
      </Badge>
      <span className={styles.quiet}>
        {author !== "system" && `${person_name} · `}
        <Time value={written} />
        {CHANNELS[channel] && (
          <>
            {" · "}
            {CHANNELS[channel]} {t(`message.channel.${channel}`)}
          </>
        )}
      </span>
    </div>
  );
}

/** Links as somebody wrote them: shown whole, and followed without telling where from. */
function References({ urls }: { urls: readonly string[] }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  return (
    <div>
      <Text size={200} className={styles.quiet}>
        {t("message.references")}
      </Text>
      <ul className={styles.list}>
        {urls.map((url) => {
          const address = safeAddress(url);
          return (
            <li key={url}>
              {address === null ? (
                url
              ) : (
                <Link href={address} target="_blank" rel="noopener noreferrer" inline>
                  {url} <OpenRegular aria-label={t("message.newTab")} style={{ verticalAlign: "text-bottom" }} />
                </Link>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function EvidenceLink({ tenant, id, number }: { tenant: string; id: string; number: number }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["inquiries", "common"]);
  const [open, setOpen] = useState(false);
  const evidence = useQuery({ ...evidenceQuery(tenant, id), enabled: open });
  return (
    <div className={styles.evidence}>
      <Button size="small" className={styles.toggle} icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />} aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("inquiries:message.evidence", { number })}
      </Button>
      {open && evidence.isPending && <Spinner label={t("common:loading")} />}
      {open && evidence.error && <ProblemBar error={evidence.error} retry={() => void evidence.refetch()} />}
      {open && evidence.data && <EvidenceRecord evidence={evidence.data} />}
    </div>
  );
}
