import { Badge, Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { ArrowDownloadRegular, DeleteRegular, HistoryRegular, Warning16Filled } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { CaseSample } from "@/shared/api/types";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Facts } from "@/shared/ui/Facts";
import { Time } from "@/shared/ui/Time";
import { formatSize } from "./size";

const useStyles = makeStyles({
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  sample: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalM },
  head: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px 10px" },
  name: { flexGrow: 1, minWidth: 0, overflowWrap: "anywhere", fontWeight: tokens.fontWeightSemibold },
  hash: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: "anywhere" },
  lies: { display: "inline-flex", alignItems: "center", gap: "6px", color: tokens.colorPaletteDarkOrangeForeground1 },
  rules: { display: "flex", flexWrap: "wrap", gap: "6px" },
});

export type SampleAction = "download" | "delete" | "custody";

interface SampleTableProps {
  samples: readonly CaseSample[];
  /** Who may have them, and who may destroy them. */
  may: { download: boolean; remove: boolean };
  onAsk: (what: SampleAction, sample: CaseSample) => void;
}

/** What is known of each file, without ever showing it. */
export function SampleTable({ samples, may, onAsk }: SampleTableProps): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("samples");
  return (
    <ul className={styles.list} aria-label={t("title")}>
      {samples.map((sample) => (
        <li key={sample.id} className={styles.sample}>
          <div className={styles.head}>
            <span className={styles.name}>{sample.name}</span>
            {may.download && sample.state === "held" && <Button size="small" icon={<ArrowDownloadRegular />} aria-label={t("download.one", { name: sample.name })} title={t("download.open")} onClick={() => onAsk("download", sample)} />}
            <Button size="small" icon={<HistoryRegular />} aria-label={t("custody.one", { name: sample.name })} title={t("custody.open")} onClick={() => onAsk("custody", sample)} />
            {may.remove && sample.state === "held" && <Button size="small" icon={<DeleteRegular />} aria-label={t("delete.one", { name: sample.name })} title={t("delete.open")} onClick={() => onAsk("delete", sample)} />}
          </div>
          <SampleFacts sample={sample} />
        </li>
      ))}
    </ul>
  );
}

function SampleFacts({ sample }: { sample: CaseSample }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("samples");
  const hash = (value: string) =>
    value && (
      <span className={styles.hash}>
        {value} <CopyButton value={value} />
      </span>
    );
  const looked = sample.examination === "done";
  return (
    <Facts
      facts={[
        [t("fact.examination"), sample.deleted === null && sample.examination !== "done" && `${t(`examination.${sample.examination}`)}${sample.error_code ? ` (${sample.error_code})` : ""}`],
        [t("fact.size"), formatSize(sample.size, i18n.language)],
        [t("fact.type"), sample.type && `${sample.type_description || sample.type} (${sample.type})`],
        ["", sample.type_lies && <span key="lies" className={styles.lies}><Warning16Filled aria-hidden="true" /> {t("lies")}</span>],
        ["SHA-256", hash(sample.sha256)],
        ["SHA-1", hash(sample.sha1)],
        ["MD5", hash(sample.md5)],
        [t("fact.rules"), looked && (sample.rules.length > 0 ? <Rules key="rules" rules={sample.rules} /> : t("noRules"))],
        [t("fact.antivirus"), sample.antivirus && (sample.antivirus.signature || sample.antivirus.verdict)],
        [t("fact.received"), <span key="received"><Time value={sample.received} /> · {sample.uploaded_by}</span>],
        sample.deleted === null ? [t("fact.expires"), sample.expires && <Time key="expires" value={sample.expires} />] : [t("fact.deleted"), <Time key="deleted" value={sample.deleted} />],
      ]}
    />
  );
}

function Rules({ rules }: Pick<CaseSample, "rules">): ReactElement {
  const styles = useStyles();
  return (
    <span className={styles.rules}>
      {rules.map(({ rule, file, tags }) => (
        <Badge key={`${file} ${rule}`} appearance="tint" color="danger" shape="rounded" title={[file, ...tags].join(" · ")}>
          <Text size={200}>{rule}</Text>
        </Badge>
      ))}
    </span>
  );
}
