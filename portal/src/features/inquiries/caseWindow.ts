import type { InquiryDetail } from "@/shared/api/types";

const DAY_MS = 86_400_000;
/** Without a time in its subjects, a case is about the time before it was asked. */
const USUAL_DAYS = 30;
const BEFORE_AND_AFTER_DAYS = 1;

export interface CaseHunt {
  query?: string;
  window: "custom";
  start: string;
  end: string;
}

const instant = (value: unknown): number | null => {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
};

const literal = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
const MOST_NAMED = 100;

/** Where a hunt in this case begins: over the time of all that it is about and a day around that, on its devices where it names any. */
export function caseHunt({ subjects, asked }: Pick<InquiryDetail, "subjects" | "asked">, now: Date): CaseHunt {
  const times = subjects.flatMap(({ context }) => [instant(context?.start), instant(context?.end)]).filter((time) => time !== null);
  const around = BEFORE_AND_AFTER_DAYS * DAY_MS;
  const [start, end] = times.length > 0 ? [Math.min(...times) - around, Math.max(...times) + around] : [Date.parse(asked) - USUAL_DAYS * DAY_MS, Date.parse(asked) + around];
  const window = { window: "custom", start: new Date(start).toISOString(), end: new Date(Math.min(end, now.getTime())).toISOString() } as const;
  const query = startingQuery(subjects);
  return query === undefined ? window : { ...window, query };
}

function startingQuery(subjects: InquiryDetail["subjects"]): string | undefined {
  const asked = subjects.find(({ kind }) => kind === "hunt")?.context?.query;
  if (typeof asked === "string" && asked !== "") return asked;
  const devices = subjects.flatMap(({ kind, reference, context }) => (kind === "device" ? [reference] : kind === "device_set" && Array.isArray(context?.devices) ? context.devices.filter((one): one is string => typeof one === "string") : []));
  if (devices.length === 0) return undefined;
  const named = [...new Set(devices)].slice(0, MOST_NAMED).map(literal).join(", ");
  return `DeviceProcessEvents\n| where DeviceId in (${named})\n| project Timestamp, DeviceName, AccountName, FileName, ProcessCommandLine, InitiatingProcessFileName\n| order by Timestamp desc\n| take 500`;
}
