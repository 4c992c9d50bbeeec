import { describe, expect, it } from "vitest";
import { formatAgo, formatInstant, formatUtc, fromLocalInput, knownZone, toLocalInput } from "./time";

describe("formatInstant", () => {
  it("uses the reader's zone and language", () => {
    expect(formatInstant("2026-03-01T00:00:00Z", "en", "America/New_York")).toBe("28 Feb 2026, 19:00:00");
    expect(formatInstant("2026-03-01T00:00:00Z", "ja", "Asia/Tokyo")).toContain("2026");
  });
  it("shows what is no time as it is", () => expect(formatInstant("soon", "en", "UTC")).toBe("soon"));
});

describe("formatUtc", () => {
  it("drops empty milliseconds", () => expect(formatUtc("2026-03-01T01:02:03Z")).toBe("2026-03-01 01:02:03 UTC"));
  it("keeps real ones", () => expect(formatUtc("2026-03-01T01:02:03.250Z")).toBe("2026-03-01 01:02:03.250 UTC"));
});

describe("formatAgo", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  it.each([
    ["2026-03-01T11:59:40Z", "now"],
    ["2026-03-01T11:30:00Z", "30 minutes ago"],
    ["2026-02-27T12:00:00Z", "2 days ago"],
    ["2026-03-01T15:00:00Z", "in 3 hours"],
  ])("%s", (value, text) => expect(formatAgo(value, "en", now)).toBe(text));
});

describe("knownZone", () => {
  it("falls back to UTC", () => expect([knownZone("Asia/Seoul"), knownZone("Mars/Olympus")]).toEqual(["Asia/Seoul", "UTC"]));
});

describe("fromLocalInput", () => {
  it.each(["UTC", "Asia/Seoul", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])("is the inverse of toLocalInput in %s", (zone) => {
    for (const month of [1, 3, 4, 7, 10, 11]) {
      const instant = new Date(Date.UTC(2026, month, 8, 11, 45));
      expect(fromLocalInput(toLocalInput(instant, zone), zone)).toEqual(instant);
    }
  });
  it("refuses what is no time", () => expect(fromLocalInput("", "UTC")).toBeNull());
});
