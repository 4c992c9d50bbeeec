/** Formats an RFC 3339 instant in the reader's language and zone. */
export function formatInstant(value: string, language: string, timeZone: string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
    timeZone: knownZone(timeZone),
  }).format(date);
}

/** The same instant in UTC, as everyone in an investigation quotes it. */
export function formatUtc(value: string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const [day = "", clock = ""] = date.toISOString().split("T");
  return `${day} ${clock.replace(/(\.000)?Z$/, "")} UTC`;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 hours ago", for things that are recent; callers show the full time beside it. */
export function formatAgo(value: string, language: string, now: Date = new Date()): string {
  const seconds = (new Date(value).getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  return unit ? format.format(Math.round(seconds / unit[1]), unit[0]) : format.format(0, "second");
}

/** The zone when the browser knows it, else UTC: a typo in a profile must not break every page. */
export function knownZone(timeZone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return timeZone;
  } catch {
    return "UTC";
  }
}

/** The instant for an `<input type="datetime-local">`, in the given zone. */
export function toLocalInput(value: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: knownZone(timeZone),
  }).format(value);
  return parts.replace(" ", "T");
}

/** The inverse of `toLocalInput`; null when the text is no time. */
export function fromLocalInput(text: string, timeZone: string): Date | null {
  const naive = new Date(`${text}Z`);
  if (text === "" || Number.isNaN(naive.getTime())) return null;
  const shown = new Date(`${toLocalInput(naive, timeZone)}Z`);
  const candidate = new Date(naive.getTime() - (shown.getTime() - naive.getTime()));
  // Near a change of the clocks the offset of the first guess may be the wrong side's: correct it once.
  const again = new Date(`${toLocalInput(candidate, timeZone)}Z`);
  return new Date(candidate.getTime() + (naive.getTime() - again.getTime()));
}
