import { INQUIRY_STATES, type InquiryStateName } from "@/shared/inquiries/vocabulary";

/** Readers of search parameters: a URL is typed by people, so what is not understood is dropped and never breaks a page. */
export type RawSearch = Record<string, unknown>;

export function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((choice) => choice === value);
}

/** A page number from 1; 1 itself is left out of the URL. */
export function page(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number > 1 ? number : undefined;
}

export const SEVERITIES = ["Informational", "Low", "Medium", "High"] as const;
export const ALERT_STATUSES = ["New", "InProgress", "Resolved"] as const;
export type SeverityName = (typeof SEVERITIES)[number];
export type AlertStatusName = (typeof ALERT_STATUSES)[number];

export const INCIDENT_STATUSES = ["Active", "InProgress", "Resolved", "Redirected"] as const;
export type IncidentStatusName = (typeof INCIDENT_STATUSES)[number];

/** Where alerts come from, as the alert APIs call it; our own experts first. */
export const DETECTION_SOURCES = [
  "ThreatExperts",
  "CustomDetection",
  "CustomerTI",
  "Manual",
  "ThirdPartySensors",
  "WindowsDefenderAtp",
  "WindowsDefenderAv",
  "WindowsDefenderSmartScreen",
  "AutomatedInvestigation",
  "OfficeATP",
  "MTP",
  "MCAS",
  "AzureATP",
  "AAD",
] as const;
export type DetectionSourceName = (typeof DETECTION_SOURCES)[number];

export interface AlertSearch {
  q?: string;
  source?: DetectionSourceName;
  status?: AlertStatusName;
  severity?: SeverityName;
  page?: number;
}

export const alertSearch = (raw: RawSearch): AlertSearch => ({
  q: text(raw.q),
  status: oneOf(raw.status, ALERT_STATUSES),
  severity: oneOf(raw.severity, SEVERITIES),
  source: oneOf(raw.source, DETECTION_SOURCES),
  page: page(raw.page),
});

export interface IncidentSearch {
  q?: string;
  status?: IncidentStatusName;
  page?: number;
}

export const incidentSearch = (raw: RawSearch): IncidentSearch => ({
  q: text(raw.q),
  status: oneOf(raw.status, INCIDENT_STATUSES),
  page: page(raw.page),
});

export const PAGE_SIZE = 50;

export const pageWindow = (number: number | undefined) => ({ limit: PAGE_SIZE, offset: ((number ?? 1) - 1) * PAGE_SIZE });

export interface PageSearch {
  q?: string;
  page?: number;
}

export interface DeviceSearch extends PageSearch {
  group?: string;
  tag?: string;
}

export const deviceSearch = (raw: RawSearch): DeviceSearch => ({ q: text(raw.q), group: text(raw.group), tag: text(raw.tag), page: page(raw.page) });

export const pageSearch = (raw: RawSearch): PageSearch => ({ q: text(raw.q), page: page(raw.page) });

export interface InquirySearch extends PageSearch {
  /** `open` stands for all states in which a case goes on. */
  state?: InquiryStateName | "open";
}

export const inquirySearch = (raw: RawSearch): InquirySearch => ({ q: text(raw.q), state: oneOf(raw.state, ["open" as const, ...INQUIRY_STATES]), page: page(raw.page) });

export const DESK_TABS = ["queue", "answers", "pace"] as const;

export interface DeskSearch {
  tab?: (typeof DESK_TABS)[number];
  mine?: boolean;
  page?: number;
}

export const deskSearch = (raw: RawSearch): DeskSearch => ({ tab: oneOf(raw.tab, DESK_TABS), mine: raw.mine === true || undefined, page: page(raw.page) });
