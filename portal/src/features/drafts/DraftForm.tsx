import { Button, Field, Input, makeStyles, Radio, RadioGroup, Select, Spinner, Textarea, tokens } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { evidenceQuery } from "@/shared/api/evidence";
import type { DraftInput } from "@/shared/api/types";
import { CATEGORIES } from "@/shared/incidents/categories";
import { EvidenceRecord } from "@/shared/evidence/EvidenceRecord";
import { Techniques } from "@/shared/incidents/Techniques";
import { useTenant } from "@/shared/session/session";
import { oneOf, SEVERITIES } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { DISCLOSURES, readSteps, readTechniques } from "./content";

const useStyles = makeStyles({
  row: { display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 220px), 1fr))", gap: tokens.spacingHorizontalL, alignItems: "start" },
  evidence: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalM, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  end: { alignSelf: "flex-end" },
});

/** The words of a notification and the evidence behind them. */
export function DraftForm({ content, revising = false, onChange }: { content: DraftInput; revising?: boolean; onChange: (content: DraftInput) => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["drafts", "common"]);
  const [techniques, setTechniques] = useState(content.techniques.join(", "));
  const [steps, setSteps] = useState(content.recommended_steps.join("\n"));
  const set = (change: Partial<DraftInput>) => onChange({ ...content, ...change });
  return (
    <>
      {revising && (
        <Card title={t("drafts:section.change")}>
          <Field label={t("drafts:field.changeNote")} hint={t("drafts:hint.changeNote")} required>
            <Textarea value={content.change_note} resize="vertical" rows={2} onChange={(_, data) => set({ change_note: data.value })} />
          </Field>
        </Card>
      )}
      <Card title={t("drafts:section.words")}>
        <Field label={t("drafts:field.title")} hint={t("drafts:hint.title")} required>
          <Input value={content.title} onChange={(_, data) => set({ title: data.value })} />
        </Field>
        <div className={styles.row}>
          <Field label={t("drafts:field.severity")}>
            <Select value={content.severity} onChange={(_, data) => set({ severity: oneOf(data.value, SEVERITIES) ?? content.severity })}>
              {[...SEVERITIES].reverse().map((value) => (
                <option key={value} value={value}>
                  {t(`common:severity.${value}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t("drafts:field.category")}>
            <Select value={content.category} onChange={(_, data) => set({ category: oneOf(data.value, CATEGORIES) ?? content.category })}>
              {CATEGORIES.map((value) => (
                <option key={value} value={value}>
                  {t(`common:category.${value}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t("drafts:field.techniques")} hint={t("drafts:hint.techniques")}>
            <Input
              value={techniques}
              placeholder="T1059.001, T1218.005"
              onChange={(_, data) => {
                setTechniques(data.value);
                set({ techniques: readTechniques(data.value) });
              }}
            />
          </Field>
        </div>
        <Techniques techniques={content.techniques} />
        <Field label={t("drafts:field.summary")} hint={t("drafts:hint.summary")} required>
          <Textarea value={content.summary} resize="vertical" rows={3} onChange={(_, data) => set({ summary: data.value })} />
        </Field>
        <Field label={t("drafts:field.whatHappened")} hint={t("drafts:hint.whatHappened")} required>
          <Textarea value={content.what_happened} resize="vertical" rows={7} onChange={(_, data) => set({ what_happened: data.value })} />
        </Field>
        <Field label={t("drafts:field.recommendedSteps")} hint={t("drafts:hint.recommendedSteps")} required>
          <Textarea
            value={steps}
            resize="vertical"
            rows={6}
            onChange={(_, data) => {
              setSteps(data.value);
              set({ recommended_steps: readSteps(data.value) });
            }}
          />
        </Field>
      </Card>
      <Card title={t("drafts:section.evidence")}>
        <Field label={t("drafts:field.disclosure")}>
          <RadioGroup value={content.disclosure} onChange={(_, data) => set({ disclosure: oneOf(data.value, DISCLOSURES) ?? content.disclosure })}>
            {DISCLOSURES.map((value) => (
              <Radio key={value} value={value} label={t(`drafts:disclosure.${value}`)} />
            ))}
          </RadioGroup>
        </Field>
        {content.evidence_ids.length === 0 && <span>{t("drafts:noEvidence")}</span>}
        {content.evidence_ids.map((id, index) => (
          <EvidenceSlot key={id} id={id} number={index + 1} onRemove={() => set({ evidence_ids: content.evidence_ids.filter((other) => other !== id) })} />
        ))}
      </Card>
    </>
  );
}

/** One evidence record of a draft; without `onRemove` it is only shown. */
export function EvidenceSlot({ id, number, onRemove }: { id: string; number: number; onRemove?: () => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["drafts", "common"]);
  const { slug } = useTenant();
  const evidence = useQuery(evidenceQuery(slug, id));
  return (
    <div className={styles.evidence}>
      {evidence.isPending && <Spinner label={t("common:loading")} />}
      {evidence.error && <ProblemBar error={evidence.error} retry={() => void evidence.refetch()} />}
      {evidence.data && <EvidenceRecord evidence={evidence.data} />}
      {onRemove && (
        <Button size="small" appearance="subtle" icon={<DismissRegular />} className={styles.end} onClick={onRemove}>
          {t("drafts:removeEvidence", { number })}
        </Button>
      )}
    </div>
  );
}
