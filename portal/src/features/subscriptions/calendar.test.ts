import { describe, expect, it } from "vitest";
import type { BusinessCalendar } from "@/shared/api/types";
import { badDays, badHolidays, draftOf, readCalendar, readHolidays } from "./calendar";

const calendar: BusinessCalendar = { timezone: "Asia/Seoul", hours: { "0": ["09:00", "18:00"], "6": ["10:00", "24:00"] }, holidays: ["2026-12-25", "2027-01-01"], first_reply_minutes: 90 };

describe("a calendar", () => {
  it("comes back as it went", () => expect(readCalendar(draftOf(calendar))).toEqual(calendar));

  it("needs a day that is open", () => {
    const draft = draftOf(calendar);
    expect(readCalendar({ ...draft, days: draft.days.map((day) => ({ ...day, open: false })) })).toBeNull();
  });

  it("names the days whose hours cannot be", () => {
    const draft = draftOf(calendar);
    draft.days[0] = { open: true, from: "18:00", to: "09:00" };
    draft.days[1] = { open: true, from: "24:00", to: "24:00" };
    draft.days[2] = { open: false, from: "x", to: "y" };
    expect(badDays(draft)).toEqual([0, 1]);
    expect(readCalendar(draft)).toBeNull();
  });

  it.each(["0", "721", "soon", ""])("refuses a goal of %j hours", (hours) => expect(readCalendar({ ...draftOf(calendar), hours })).toBeNull());
});

describe("holidays", () => {
  it("are read a line each or with commas, each once, in order", () => expect(readHolidays("2027-01-01, 2026-12-25\n2027-01-01")).toEqual(["2026-12-25", "2027-01-01"]));
  it("that are no dates are named", () => expect(badHolidays("2026-02-30 25.12.2026 2026-12-25")).toEqual(["2026-02-30", "25.12.2026"]));
});
