import { describe, expect, it } from "vitest";
import { grantable, readTerm } from "./term";

const now = new Date("2026-11-20T12:00:00Z");

describe("readTerm", () => {
  it("ends with the last day in the person's zone", () => {
    expect(readTerm({ kind: "full", until: "2027-03-31", credits: "10" }, "Asia/Tokyo", now)).toEqual({ kind: "full", until: "2027-03-31T14:59:00.000Z", credits: 10 });
  });
  it("leaves the usual end and no limit to the server", () => expect(readTerm({ kind: "trial", until: "", credits: " " }, "UTC", now)).toEqual({ kind: "trial", until: null, credits: null }));
  it("still holds today", () => expect(readTerm({ kind: "full", until: "2026-11-20", credits: "" }, "UTC", now)?.until).toBe("2026-11-20T23:59:00.000Z"));
  it.each([
    ["2026-11-19", ""],
    ["never", ""],
    ["", "0"],
    ["", "1.5"],
    ["", "10001"],
    ["", "many"],
  ])("refuses until %j with %j a month", (until, credits) => expect(readTerm({ kind: "full", until, credits }, "UTC", now)).toBeNull());
});

describe("grantable", () => {
  it.each([
    ["none", ["trial", "full"]],
    ["trial", ["trial", "full"]],
    ["expired", ["full"]],
    ["full", ["full"]],
  ] as const)("of %s", (state, kinds) => expect(grantable({ state })).toEqual(kinds));
});
