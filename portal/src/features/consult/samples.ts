import type { InquiryCategory } from "@/shared/inquiries/vocabulary";

/** Questions to begin with, each of a kind that experts are asked. The words are in the texts, under the same names. */
export const SAMPLES = [
  { key: "newAlert", category: "alert" },
  { key: "compareAlerts", category: "alert" },
  { key: "noFurtherEvidence", category: "alert" },
  { key: "moreContext", category: "alert" },
  { key: "believedBenign", category: "alert" },
  { key: "manyDevices", category: "incident" },
  { key: "possibleCompromise", category: "compromise" },
  { key: "malwareFamily", category: "malware" },
  { key: "actorReport", category: "threat_actor" },
  { key: "targetedPhishing", category: "phishing" },
  { key: "helpWithNotification", category: "notification" },
  { key: "noResponseTeam", category: "response" },
  { key: "handOver", category: "response" },
] as const satisfies readonly { key: string; category: InquiryCategory }[];

export type Sample = (typeof SAMPLES)[number];

/** The categories that have samples, the given one first, each with its samples. */
export function samplesByCategory(first: InquiryCategory): [InquiryCategory, Sample[]][] {
  const categories = [...new Set<InquiryCategory>(SAMPLES.map(({ category }) => category))];
  const ordered = [...categories.filter((one) => one === first), ...categories.filter((one) => one !== first)];
  return ordered.map((category) => [category, SAMPLES.filter((sample) => sample.category === category)]);
}

/** The sample as a starting point: in an empty field by itself, else below what is written. */
export const startedWith = (text: string, sample: string): string => (text.trim() === "" ? sample : `${text.trimEnd()}\n\n${sample}`);
