import type { InquiryAnswer } from "@/shared/api/types";
import { fromLocalInput } from "@/shared/time/time";
import type { AnswerStep, VerdictName } from "@/shared/inquiries/vocabulary";
import { safeAddress } from "./safeLink";

/** An answer as it is written. `promised` is a local time of the form, `references` has an address a line. */
export interface AnswerDraft {
  step: AnswerStep;
  text: string;
  promised: string;
  references: string;
  evidence_ids: string[];
  verdict: VerdictName;
  disclosure: InquiryAnswer["disclosure"];
}

export const NEW_ANSWER: AnswerDraft = { step: "report", text: "", promised: "", references: "", evidence_ids: [], verdict: "unknown", disclosure: "full" };

export const readReferences = (text: string): string[] => [...new Set(text.split(/\s+/).filter((line) => line !== ""))];

export const badReferences = (text: string): string[] => readReferences(text).filter((url) => !/^https?:\/\//.test(url) || safeAddress(url) === null);

/** The time by which the experts write next, where the kind of answer has one; null for none, or for what is no time. */
export const promisedAt = ({ step, promised }: AnswerDraft, timezone: string): string | null => (step === "conclude" ? null : (fromLocalInput(promised, timezone)?.toISOString() ?? null));

export function isComplete(draft: AnswerDraft, timezone: string, now: Date): boolean {
  const promised = promisedAt(draft, timezone);
  const inTime = promised === null ? draft.step !== "need_time" : new Date(promised) > now;
  return draft.text.trim() !== "" && badReferences(draft.references).length === 0 && inTime;
}

export const answerInput = (draft: AnswerDraft, timezone: string): InquiryAnswer => ({
  step: draft.step,
  text: draft.text.trim(),
  promised: promisedAt(draft, timezone),
  references: readReferences(draft.references),
  evidence_ids: draft.evidence_ids,
  disclosure: draft.disclosure,
  verdict: draft.step === "conclude" ? draft.verdict : null,
});
