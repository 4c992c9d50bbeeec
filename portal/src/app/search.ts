import type { ReportPeriod } from "@/shared/api/types";
import { page, text, type RawSearch } from "@/shared/url/search";

/** Where to go after the sign-in: a path of this portal, never another site. */
export const nextSearch = (raw: RawSearch): { next?: string } => {
  const next = text(raw.next);
  return { next: next && /^\/(?![/\\])/.test(next) ? next : undefined };
};

export const alertLinkSearch = (raw: RawSearch): { tenant?: string } => ({ tenant: text(raw.tenant) });

/** `window` is a span such as `7d` or `custom`; then `start` and `end` are instants. */
export interface HuntSearch {
  query?: string;
  window?: string;
  start?: string;
  end?: string;
}

export const huntSearch = (raw: RawSearch): HuntSearch => ({
  query: text(raw.query),
  window: text(raw.window),
  start: text(raw.start),
  end: text(raw.end),
});

/** A month such as 2026-06, or days such as 2026-06-01. */
export const reportSearch = (raw: RawSearch): ReportPeriod => ({
  month: shaped(raw.month, /^20\d\d-(0[1-9]|1[0-2])$/),
  since: shaped(raw.since, /^20\d\d-\d\d-\d\d$/),
  until: shaped(raw.until, /^20\d\d-\d\d-\d\d$/),
});

const shaped = (value: unknown, shape: RegExp): string | undefined => {
  const given = text(value);
  return given !== undefined && shape.test(given) ? given : undefined;
};

export const draftSearch = (raw: RawSearch): { evidence?: string } => ({ evidence: text(raw.evidence) });

export const traceSearch = (raw: RawSearch): { alert?: string; recipient?: string } => ({ alert: text(raw.alert), recipient: text(raw.recipient) });

export const mailSearch = (raw: RawSearch): { mail?: string; page?: number } => ({ mail: text(raw.mail), page: page(raw.page) });
