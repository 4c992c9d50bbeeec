import type { SubscriptionInput, TenantSubscription } from "@/shared/api/types";
import { fromLocalInput } from "@/shared/time/time";

export const KINDS = ["trial", "full"] as const;
export type Kind = (typeof KINDS)[number];

/** What may be granted now: nobody tries twice, and a full subscription does not turn into a trial. */
export const grantable = ({ state }: Pick<TenantSubscription, "state">): Kind[] => (state === "none" || state === "trial" ? [...KINDS] : ["full"]);

/** What is granted, as it is typed: the last day in the person's zone ("" for the usual end), and inquiries a month ("" for no limit). */
export interface Term {
  kind: Kind;
  until: string;
  credits: string;
}

const MOST_CREDITS = 10_000;

/** Null where it cannot be granted: an end that has passed, or a number that is none. */
export function readTerm({ kind, until, credits }: Term, timezone: string, now: Date): SubscriptionInput | null {
  const end = until === "" ? null : fromLocalInput(`${until}T23:59`, timezone);
  if (until !== "" && (end === null || end <= now)) return null;
  const count = credits.trim() === "" ? null : Number(credits);
  if (count !== null && !(Number.isInteger(count) && count >= 1 && count <= MOST_CREDITS)) return null;
  return { kind, until: end?.toISOString() ?? null, credits: count };
}
