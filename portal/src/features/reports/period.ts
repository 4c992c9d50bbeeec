import type { ReportPeriod } from "@/shared/api/types";

const MONTHS = 13;

/** The present month and the twelve before it, the newest first, as 2026-06; months are those of UTC. */
export function monthsUntil(now: Date): string[] {
  return Array.from({ length: MONTHS }, (_, back) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7));
}

export const monthName = (month: string, language: string): string =>
  new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`${month}-01T00:00:00Z`));

/** The days of a month, the last one at most today. */
export function daysOf(month: string, today: string): ReportPeriod {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  return { since: `${month}-01`, until: last < today ? last : today };
}

/** What is asked for: days where they are named, else a month, by default the present one. */
export function periodFrom(search: ReportPeriod, now: Date): ReportPeriod {
  if (search.since || search.until) return { since: search.since, until: search.until };
  return { month: search.month ?? now.toISOString().slice(0, 7) };
}

/** The name under which a browser saves the file. */
export function fileName(tenant: string, period: ReportPeriod, language: string, kind: string): string {
  const when = period.month ?? [period.since, period.until].filter(Boolean).join("-");
  return `huntline-${tenant}-${when}.${language}.${kind}`;
}
