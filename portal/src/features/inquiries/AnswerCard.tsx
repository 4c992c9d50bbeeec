import { Button, Field, Input, makeStyles, Radio, RadioGroup, Select, Textarea, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { answerInquiry, inquiryQuery } from "@/shared/api/inquiries";
import type { InquiryDetail } from "@/shared/api/types";
import { LANGUAGE_NAMES } from "@/shared/i18n";
import { ANSWER_STEPS, VERDICTS } from "@/shared/inquiries/vocabulary";
import { useSession } from "@/shared/session/session";
import { toLocalInput } from "@/shared/time/time";
import { oneOf } from "@/shared/url/search";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { useNotify } from "@/shared/ui/toasts";
import { answerInput, badReferences, isComplete, NEW_ANSWER, type AnswerDraft } from "./answer";
import { EvidencePicker } from "./EvidencePicker";
import { SavedAnswerMenu } from "./SavedAnswerMenu";

const useStyles = makeStyles({
  row: { display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 240px), 1fr))", gap: tokens.spacingHorizontalL, alignItems: "start" },
  actions: { display: "flex", justifyContent: "space-between", gap: tokens.spacingHorizontalS, flexWrap: "wrap" },
});

/** What an expert answers: one of the four kinds, or a report between, with what backs it. */
export function AnswerCard({ tenant, inquiry }: { tenant: string; inquiry: InquiryDetail }): ReactElement | null {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  const { timezone } = useSession().person;
  const queries = useQueryClient();
  const notify = useNotify();
  const possible = ANSWER_STEPS.filter((step) => inquiry.steps.includes(step));
  const [draft, setDraft] = useState<AnswerDraft>({ ...NEW_ANSWER, verdict: inquiry.expert_verdict });
  const set = (change: Partial<AnswerDraft>) => setDraft((before) => ({ ...before, ...change }));
  const answer = useMutation({
    mutationFn: () => answerInquiry(tenant, inquiry.number, answerInput(draft, timezone)),
    onSuccess: async (changed) => {
      setDraft({ ...NEW_ANSWER, verdict: changed.expert_verdict });
      queries.setQueryData(inquiryQuery(tenant, inquiry.number, true).queryKey, changed);
      notify(t("answer.sent"));
      await Promise.all([queries.invalidateQueries({ queryKey: ["tenant", tenant, "inquiries"] }), queries.invalidateQueries({ queryKey: ["provider"] })]);
    },
  });
  if (possible.length === 0) return null;
  const bad = badReferences(draft.references);
  return (
    <Card title={t("answer.title")} actions={<SavedAnswerMenu language={inquiry.language} onInsert={(text) => set({ text: draft.text.trim() === "" ? text : `${draft.text.trimEnd()}\n\n${text}` })} />}>
      <Field label={t("answer.step")}>
        <RadioGroup value={draft.step} onChange={(_, data) => set({ step: oneOf(data.value, ANSWER_STEPS) ?? draft.step })}>
          {possible.map((step) => (
            <Radio key={step} value={step} label={t(`answer.steps.${step}`)} />
          ))}
        </RadioGroup>
      </Field>
      <Field label={t("answer.text", { language: LANGUAGE_NAMES[inquiry.language] })} hint={t("answer.textHint")} required>
        <Textarea value={draft.text} rows={8} resize="vertical" maxLength={50_000} onChange={(_, data) => set({ text: data.value })} />
      </Field>
      <div className={styles.row}>
        {draft.step !== "conclude" && (
          <Field label={t("answer.promised")} hint={t(draft.step === "need_time" ? "answer.promisedNeeded" : "answer.promisedHint")} required={draft.step === "need_time"}>
            <Input type="datetime-local" value={draft.promised} min={toLocalInput(new Date(), timezone)} onChange={(_, data) => set({ promised: data.value })} />
          </Field>
        )}
        {draft.step === "conclude" && (
          <Field label={t("verdict.ofExperts")}>
            <Select value={draft.verdict} onChange={(_, data) => set({ verdict: oneOf(data.value, VERDICTS) ?? draft.verdict })}>
              {VERDICTS.map((value) => (
                <option key={value} value={value}>
                  {t(`verdict.${value}`)}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <Field label={t("answer.references")} hint={t("answer.referencesHint")} validationMessage={bad.length > 0 ? t("answer.badReferences", { addresses: bad.join(", ") }) : undefined}>
          <Textarea value={draft.references} rows={2} resize="vertical" onChange={(_, data) => set({ references: data.value })} />
        </Field>
      </div>
      <EvidencePicker tenant={tenant} chosen={draft.evidence_ids} disclosure={draft.disclosure} onChange={(evidence_ids) => set({ evidence_ids })} onDisclose={(disclosure) => set({ disclosure })} />
      {answer.error && <ProblemBar error={answer.error} />}
      <div className={styles.actions}>
        <span />
        <Button appearance="primary" disabled={!isComplete(draft, timezone, new Date()) || answer.isPending} onClick={() => answer.mutate()}>
          {t("answer.send")}
        </Button>
      </div>
    </Card>
  );
}
