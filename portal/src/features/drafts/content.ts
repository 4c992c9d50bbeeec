import type { Draft, DraftInput } from "@/shared/api/types";

export const DISCLOSURES: readonly DraftInput["disclosure"][] = ["full", "hash", "none"];

export const emptyContent = (evidence: string | undefined): DraftInput => ({
  title: "",
  severity: "High",
  category: "SuspiciousActivity",
  summary: "",
  what_happened: "",
  recommended_steps: [],
  techniques: [],
  evidence_ids: evidence ? [evidence] : [],
  disclosure: "full",
  change_note: "",
});

export function contentOf({ title, severity, category, summary, what_happened, recommended_steps, techniques, evidence_ids, disclosure, change_note }: Draft): DraftInput {
  return { title, severity, category, summary, what_happened, recommended_steps, techniques, evidence_ids, disclosure, change_note };
}

/** One step a line; empty lines are none. */
export const readSteps = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** ATT&CK numbers out of free text: `t1059.001, T1566` gives `T1059.001` and `T1566`. */
export function readTechniques(text: string): string[] {
  return [...new Set([...text.toUpperCase().matchAll(/\bT\d{4}(?:\.\d{3})?\b/g)].map(([technique]) => technique))];
}
