import type { BusinessCalendar } from "@/shared/api/types";

export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;

export interface DayDraft {
  open: boolean;
  from: string;
  to: string;
}

/** A calendar as it is typed: a row for each weekday, holidays a line each, the goal in hours. "24:00" is midnight. */
export interface CalendarDraft {
  timezone: string;
  days: DayDraft[];
  holidays: string;
  hours: string;
}

const OFFICE = { from: "09:00", to: "18:00" };
const MINUTES = 60;
const LONGEST_MINUTES = 30 * 24 * MINUTES;

export const draftOf = ({ timezone, hours, holidays, first_reply_minutes }: BusinessCalendar): CalendarDraft => ({
  timezone,
  days: WEEKDAYS.map((day) => {
    const span = hours[String(day)];
    return span ? { open: true, from: span[0] ?? "", to: span[1] ?? "" } : { open: false, ...OFFICE };
  }),
  holidays: holidays.join("\n"),
  hours: String(first_reply_minutes / MINUTES),
});

/** Dates (ISO 8601) of a text, one a line or with commas between. */
export const readHolidays = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter((word) => word !== ""))].sort();

export const badHolidays = (text: string): string[] => readHolidays(text).filter((day) => !isDate(day));

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

const isTime = (text: string, last: boolean): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text) || (last && text === "24:00");

export const badDays = ({ days }: CalendarDraft): number[] => WEEKDAYS.filter((day) => days[day]?.open && !(isTime(days[day].from, false) && isTime(days[day].to, true) && days[day].from < days[day].to));

/** Null where it cannot be: no open day, hours that end before they begin, a date that is none, a goal out of bounds. */
export function readCalendar(draft: CalendarDraft): BusinessCalendar | null {
  const minutes = Math.round(Number(draft.hours) * MINUTES);
  const open = WEEKDAYS.filter((day) => draft.days[day]?.open);
  if (open.length === 0 || badDays(draft).length > 0 || badHolidays(draft.holidays).length > 0 || !(minutes >= 1 && minutes <= LONGEST_MINUTES) || draft.timezone === "") return null;
  return {
    timezone: draft.timezone,
    hours: Object.fromEntries(open.map((day) => [String(day), [draft.days[day]?.from ?? "", draft.days[day]?.to ?? ""]])),
    holidays: readHolidays(draft.holidays),
    first_reply_minutes: minutes,
  };
}
