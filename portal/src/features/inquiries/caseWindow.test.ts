import { describe, expect, it } from "vitest";
import type { InquiryDetail } from "@/shared/api/types";
import { caseHunt } from "./caseWindow";

type Subjects = InquiryDetail["subjects"];
const subject = (change: Partial<Subjects[number]>): Subjects[number] => ({ kind: "alert", reference: "a", label: "", url: "", context: {}, ...change });
const asked = "2026-11-20T12:00:00Z";
const now = new Date("2026-11-30T00:00:00Z");

describe("caseHunt", () => {
  it("spans all that the case is about, and a day around it", () => {
    const subjects = [subject({ context: { start: "2026-11-03T10:00:00Z", end: "2026-11-03T11:00:00Z" } }), subject({ context: { start: "2026-11-05T10:00:00Z" } })];
    expect(caseHunt({ subjects, asked }, now)).toEqual({ window: "custom", start: "2026-11-02T10:00:00.000Z", end: "2026-11-06T10:00:00.000Z" });
  });

  it("spans the month before the question where nothing tells a time", () => {
    const { start, end } = caseHunt({ subjects: [subject({ context: { start: "soon" } })], asked }, now);
    expect([start, end]).toEqual(["2026-10-21T12:00:00.000Z", "2026-11-21T12:00:00.000Z"]);
  });

  it("never ends in the future", () => {
    expect(caseHunt({ subjects: [subject({ context: { end: "2026-11-29T20:00:00Z" } })], asked }, now).end).toBe(now.toISOString());
  });

  it("begins with the hunt that was asked about", () => {
    expect(caseHunt({ subjects: [subject({ kind: "hunt", context: { query: "DeviceEvents | take 1" } })], asked }, now).query).toBe("DeviceEvents | take 1");
  });

  it("begins on the devices that it names, each as a literal", () => {
    const subjects = [subject({ kind: "device", reference: 'd"1' }), subject({ kind: "device_set", context: { devices: ["d2", 'd"1', 3] } })];
    expect(caseHunt({ subjects, asked }, now).query).toContain(String.raw`| where DeviceId in ("d\"1", "d2")`);
  });
});
