import type { BusinessCalendar } from "@/shared/api/types";

export interface HoursLine {
  /** Weekdays from `first` to `last`; 0 is Monday. */
  first: number;
  last: number;
  opens: string;
  closes: string;
}

/** Opening hours with days in a row that have the same put together. */
export function groupedHours(hours: BusinessCalendar["hours"]): HoursLine[] {
  const lines: HoursLine[] = [];
  for (let day = 0; day < 7; day += 1) {
    const span = hours[String(day)];
    if (!span) continue;
    const [opens = "", closes = ""] = span;
    const before = lines.at(-1);
    if (before?.last === day - 1 && before.opens === opens && before.closes === closes) before.last = day;
    else lines.push({ first: day, last: day, opens, closes });
  }
  return lines;
}
