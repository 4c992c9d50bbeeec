import { describe, expect, it } from "vitest";
import { widerSpan, windowBounds, windowChoice } from "./window";

const now = new Date("2026-03-08T00:00:00Z");

describe("windowChoice", () => {
  it("knows spans and the two others, and else takes the default", () => {
    expect(["24h", "custom", "query", "9y", undefined].map(windowChoice)).toEqual(["24h", "custom", "query", "30d", "30d"]);
  });
});

describe("windowBounds", () => {
  it("ends a span now", () => expect(windowBounds("7d", {}, now)).toEqual({ start: "2026-03-01T00:00:00.000Z", end: "2026-03-08T00:00:00.000Z" }));
  it("sends an own window as it is", () => expect(windowBounds("custom", { start: "a", end: "b" }, now)).toEqual({ start: "a", end: "b" }));
  it("sends nothing for the query's own", () => expect(windowBounds("query", { start: "a" }, now)).toEqual({}));
});

describe("widerSpan", () => {
  it("goes one further until there is none", () => expect([widerSpan("1h"), widerSpan("180d"), widerSpan("custom")]).toEqual(["24h", undefined, undefined]));
});
