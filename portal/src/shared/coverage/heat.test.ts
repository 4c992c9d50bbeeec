import { describe, expect, it } from "vitest";
import { daysFrom, heatOf, STEPS } from "./heat";

describe("heatOf", () => {
  it.each([
    [0, 0],
    [1, 1],
    [9, 1],
    [10, 2],
    [99_999, 5],
    [100_000_000, STEPS],
  ])("%d rows are step %d", (rows, step) => expect(heatOf(rows)).toBe(step));
});

describe("daysFrom", () => {
  it("goes over the end of a month", () => expect(daysFrom("2026-02-27", 3)).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]));
});
