import { describe, expect, it } from "vitest";
import { daysOf, fileName, monthName, monthsUntil, periodFrom } from "./period";

const NOW = new Date("2026-03-31T23:30:00Z");

describe("months", () => {
  it("go back a year, over the turn of the year and from the last day of a long month", () => {
    const months = monthsUntil(NOW);
    expect(months).toHaveLength(13);
    expect(months.slice(0, 4)).toEqual(["2026-03", "2026-02", "2026-01", "2025-12"]);
    expect(months[12]).toBe("2025-03");
  });

  it("have names in every language", () => {
    expect([monthName("2026-06", "en"), monthName("2026-06", "ko"), monthName("2026-06", "ja")]).toEqual(["June 2026", "2026년 6월", "2026年6月"]);
  });
});

describe("period", () => {
  it("is the present month unless something is asked for", () => {
    expect(periodFrom({}, NOW)).toEqual({ month: "2026-03" });
    expect(periodFrom({ month: "2026-01" }, NOW)).toEqual({ month: "2026-01" });
    expect(periodFrom({ month: "2026-01", since: "2026-01-05" }, NOW)).toEqual({ since: "2026-01-05", until: undefined });
  });

  it("has the days of a month, and none that is still to come", () => {
    expect(daysOf("2026-02", "2026-03-31")).toEqual({ since: "2026-02-01", until: "2026-02-28" });
    expect(daysOf("2026-03", "2026-03-30")).toEqual({ since: "2026-03-01", until: "2026-03-30" });
  });

  it("names the file", () => {
    expect(fileName("aurora", { month: "2026-01" }, "ko", "pdf")).toBe("huntline-aurora-2026-01.ko.pdf");
    expect(fileName("aurora", { since: "2026-01-05", until: "2026-01-09" }, "en", "csv")).toBe("huntline-aurora-2026-01-05-2026-01-09.en.csv");
  });
});
