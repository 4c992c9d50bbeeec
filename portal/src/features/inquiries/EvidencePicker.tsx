import { Button, Checkbox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, makeStyles, Select, Spinner, Text, tokens } from "@fluentui/react-components";
import { DatabaseSearchRegular, DismissRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { evidenceListQuery } from "@/shared/api/evidence";
import type { EvidenceSummary, InquiryAnswer } from "@/shared/api/types";
import { oneOf } from "@/shared/url/search";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  part: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, alignItems: "flex-start" },
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: "6px", width: "100%" },
  item: { display: "flex", alignItems: "flex-start", gap: "8px", minWidth: 0 },
  words: { display: "flex", flexDirection: "column", minWidth: 0, flexGrow: 1 },
  query: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  quiet: { color: tokens.colorNeutralForeground2 },
});

const DISCLOSURES = ["full", "hash", "none"] as const;
const MOST = 20;

interface EvidencePickerProps {
  tenant: string;
  chosen: readonly string[];
  disclosure: InquiryAnswer["disclosure"];
  onChange: (ids: string[]) => void;
  onDisclose: (disclosure: InquiryAnswer["disclosure"]) => void;
}

/** What backs the answer, of what hunts in this organisation found and somebody froze. */
export function EvidencePicker({ tenant, chosen, disclosure, onChange, onDisclose }: EvidencePickerProps): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["inquiries", "drafts", "common"]);
  const [choosing, setChoosing] = useState(false);
  const list = useQuery({ ...evidenceListQuery(tenant), enabled: choosing || chosen.length > 0 });
  const known = new Map(list.data?.items.map((one) => [one.id, one]));
  return (
    <div className={styles.part}>
      <Button icon={<DatabaseSearchRegular />} onClick={() => setChoosing(true)}>
        {t("inquiries:evidence.choose", { count: chosen.length })}
      </Button>
      {chosen.length > 0 && (
        <>
          <ul className={styles.list}>
            {chosen.map((id) => (
              <li key={id} className={styles.item}>
                <Summary evidence={known.get(id)} />
                <Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label={t("inquiries:evidence.remove")} onClick={() => onChange(chosen.filter((one) => one !== id))} />
              </li>
            ))}
          </ul>
          <Field label={t("drafts:field.disclosure")} hint={t("inquiries:evidence.released")}>
            <Select value={disclosure} onChange={(_, data) => onDisclose(oneOf(data.value, DISCLOSURES) ?? "full")}>
              {DISCLOSURES.map((value) => (
                <option key={value} value={value}>
                  {t(`drafts:disclosure.${value}`)}
                </option>
              ))}
            </Select>
          </Field>
        </>
      )}
      <Dialog open={choosing} onOpenChange={(_, data) => setChoosing(data.open)}>
        <DialogSurface style={{ maxWidth: 760 }}>
          <DialogBody>
            <DialogTitle>{t("inquiries:evidence.title")}</DialogTitle>
            <DialogContent>
              {list.isPending && <Spinner label={t("common:loading")} />}
              {list.error && <ProblemBar error={list.error} retry={() => void list.refetch()} />}
              {list.data?.total === 0 && <Text>{t("inquiries:evidence.none")}</Text>}
              <ul className={styles.list}>
                {list.data?.items.map((one) => (
                  <li key={one.id} className={styles.item}>
                    <Checkbox
                      checked={chosen.includes(one.id)}
                      disabled={chosen.length >= MOST && !chosen.includes(one.id)}
                      aria-label={one.note || (one.query ?? one.id)}
                      onChange={(_, data) => onChange(data.checked === true ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))}
                    />
                    <Summary evidence={one} />
                  </li>
                ))}
              </ul>
            </DialogContent>
            <DialogActions>
              <Button appearance="primary" onClick={() => setChoosing(false)}>
                {t("common:action.done")}
              </Button>
            </DialogActions>
          </DialogBody>
        </DialogSurface>
      </Dialog>
    </div>
  );
}

function Summary({ evidence }: { evidence: EvidenceSummary | undefined }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  if (!evidence) return <span className={styles.words}>…</span>;
  const { note, query, rows, captured_at, captured_by } = evidence;
  return (
    <span className={styles.words}>
      {note && <Text>{note}</Text>}
      <span className={styles.query} title={query ?? undefined}>
        {query?.replaceAll("\n", " ")}
      </span>
      <Text size={200} className={styles.quiet}>
        {t("evidence.rows", { count: rows })} · {captured_by} · <Time value={captured_at} />
      </Text>
    </span>
  );
}
