import type { Alert, Device, Entity, HuntResult, Incident, InquirySubject, Notification } from "@/shared/api/types";
import type { InquiryCategory } from "./vocabulary";

export const MOST_SUBJECTS = 20;
export const MOST_DEVICES = 1000;
const LONGEST_TEXT = 2000;
const LONGEST_LABEL = 500;
/** Of 200 kB that go with a subject, what chosen rows may take. */
const LARGEST_ROWS = 120_000;

export const subjectKey = ({ kind, reference }: InquirySubject): string => `${kind} ${reference}`;

const pageOf = (tenant: string, path: string): string => {
  const url = `/tenants/${tenant}/${path}`;
  return url.length <= LONGEST_TEXT ? url : "";
};

const subject = (kind: InquirySubject["kind"], reference: string, label: string, url: string, context: Record<string, unknown> = {}): InquirySubject => ({
  kind,
  reference: reference.slice(0, LONGEST_TEXT),
  label: label.slice(0, LONGEST_LABEL),
  url,
  context,
});

const span = (start: string, end: string) => ({ start, end });

export const alertSubject = (tenant: string, alert: Pick<Alert, "id" | "title" | "first_activity" | "last_activity">): InquirySubject =>
  subject("alert", alert.id, alert.title, pageOf(tenant, `alerts/${encodeURIComponent(alert.id)}`), span(alert.first_activity, alert.last_activity));

export const incidentSubject = (tenant: string, incident: Pick<Incident, "id" | "title" | "first_activity" | "last_activity">): InquirySubject =>
  subject("incident", String(incident.id), incident.title, pageOf(tenant, `incidents/${incident.id}`), span(incident.first_activity, incident.last_activity));

export const notificationSubject = (tenant: string, notification: Pick<Notification, "id" | "title" | "first_activity" | "last_activity">): InquirySubject =>
  subject("notification", notification.id, notification.title, pageOf(tenant, `notifications/${notification.id}`), span(notification.first_activity, notification.last_activity));

const devicePage = (tenant: string, id: string) => pageOf(tenant, `devices/${encodeURIComponent(id)}`);

export const deviceSubject = (tenant: string, device: Pick<Device, "device_id" | "name">): InquirySubject =>
  subject("device", device.device_id, device.name, devicePage(tenant, device.device_id));

/** Devices that somebody chose in a list, or all that a filter shows. `search` is the list's own, for the link back to it. */
export function deviceSetSubject(tenant: string, label: string, devices: readonly string[], filters: Record<string, string | undefined>): InquirySubject | null {
  if (devices.length === 0 || devices.length > MOST_DEVICES) return null;
  const kept = Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = new URLSearchParams(kept).toString();
  return subject("device_set", devices.join(","), label, pageOf(tenant, search ? `devices?${search}` : "devices"), { devices: [...devices], filters: Object.fromEntries(kept) });
}

const ENTITY_FACTS = ["device_name", "account_domain", "account_name", "account_upn", "account_sid", "process_id", "process_created", "process_command_line", "file_name", "folder_path", "sha1", "sha256", "md5"] as const;

/** A process, a file, an account or an address of an alert; null for what nobody can ask about by itself. */
export function entitySubject(tenant: string, alert: Pick<Alert, "id" | "first_activity" | "last_activity">, item: Entity): InquirySubject | null {
  const facts = Object.fromEntries(ENTITY_FACTS.filter((name) => item[name] !== "" && item[name] !== null).map((name) => [name, item[name]]));
  const context = { ...facts, alert: alert.id, ...span(alert.first_activity, alert.last_activity) };
  const url = pageOf(tenant, `alerts/${encodeURIComponent(alert.id)}`);
  const of = (kind: InquirySubject["kind"], reference: string, label = reference) => (reference === "" ? null : subject(kind, reference, label, url, context));
  const hash = item.sha256 || item.sha1 || item.md5;
  switch (item.entity_type) {
    case "Machine":
      return item.device_id === "" ? null : subject("device", item.device_id, item.device_name || item.device_id, devicePage(tenant, item.device_id), context);
    case "File":
    case "Process":
      return of("file", hash || item.file_name, item.file_name && hash ? `${item.file_name} (${hash})` : item.file_name || hash);
    case "User":
      return of("user", item.account_upn || [item.account_domain, item.account_name].filter(Boolean).join("\\") || item.account_sid);
    case "Ip":
      return of("ip_address", item.ip_address);
    case "Url":
      return of("url", item.url);
    default:
      return null;
  }
}

/** A hunt that ran, with its query, its window and the rows that were chosen of its answer. */
export function huntSubject(tenant: string, query: string, result: HuntResult, chosen: readonly number[]): InquirySubject {
  const { id, window, columns, rows } = result;
  const search = new URLSearchParams({ query, window: "custom", start: window.start, end: window.end });
  const records: Record<string, unknown>[] = [];
  let size = 0;
  for (const index of chosen) {
    const record = Object.fromEntries(columns.map(({ name }, place) => [name, rows[index]?.[place]]));
    size += JSON.stringify(record).length;
    if (size > LARGEST_ROWS) break;
    records.push(record);
  }
  const label = query.split("\n").find((line) => line.trim() !== "" && !line.trim().startsWith("//")) ?? query;
  return subject("hunt", id, label.trim(), pageOf(tenant, `hunting?${search.toString()}`), { query, ...span(window.start, window.end), rows: records, rows_chosen: chosen.length });
}

/** Any other page of the portal. */
export function pageSubject(tenant: string, href: string, title: string): InquirySubject | null {
  const { pathname, search } = new URL(href, "https://portal.invalid");
  const home = `/tenants/${tenant}`;
  if (pathname !== home && !pathname.startsWith(`${home}/`)) return null;
  const path = `${pathname}${search}`;
  const url = path.length <= LONGEST_TEXT ? path : pathname;
  return subject("page", url, title, url);
}

/** An address on the web: a report, a blog post. Null for what is none. */
export function outsideSubject(text: string): InquirySubject | null {
  const address = text.trim();
  if (!/^https?:\/\/[^\s]+\.[^\s]+$/i.test(address) || address.length > LONGEST_TEXT) return null;
  const url = address.replace(/^https?/i, (scheme) => scheme.toLowerCase());
  return subject("outside", url, url, url);
}

/** What somebody names by its id. */
export const namedSubject = (kind: "alert" | "incident", id: string): InquirySubject => subject(kind, id.trim(), "", "");

const CATEGORIES: Partial<Record<InquirySubject["kind"], InquiryCategory>> = {
  alert: "alert",
  incident: "incident",
  notification: "notification",
  device: "compromise",
  device_set: "compromise",
  file: "malware",
  user: "compromise",
  ip_address: "compromise",
  url: "phishing",
  outside: "threat_actor",
};

/** The kind of question that the first thing in view suggests. */
export const suggestedCategory = (subjects: readonly InquirySubject[]): InquiryCategory => CATEGORIES[subjects[0]?.kind ?? "page"] ?? "other";

const LONGEST_TOPIC = 1000;

/** The link of the page in view as a topic; of an address that is too long (a query in it), the page without its search. */
export function topicOf(href: string): string {
  if (href.length <= LONGEST_TOPIC) return href;
  return href.split(/[?#]/)[0]?.slice(0, LONGEST_TOPIC) ?? "";
}
