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

export const draftSearch = (raw: RawSearch): { evidence?: string } => ({ evidence: text(raw.evidence) });

export const traceSearch = (raw: RawSearch): { alert?: string; recipient?: string } => ({ alert: text(raw.alert), recipient: text(raw.recipient) });

export const mailSearch = (raw: RawSearch): { mail?: string; page?: number } => ({ mail: text(raw.mail), page: page(raw.page) });
