import { describe, expect, it } from "vitest";
import { formatSpan } from "./span";

describe("formatSpan", () => {
  it.each([
    [0, "0 sec"],
    [59, "59 sec"],
    [60, "1 min"],
    [3_599, "59 min"],
    [3_600, "1 hr"],
    [90_061, "1 day 1 hr"],
    [172_800, "2 days"],
    [-5, "0 sec"],
  ])("says %d seconds as %s", (seconds, text) => expect(formatSpan(seconds, "en")).toBe(text));

  it("says it in the reader's language", () => {
    expect(formatSpan(5_400, "ko")).toBe("1시간 30분");
    expect(formatSpan(5_400, "ja")).toMatch(/^1 ?時間 30 ?分$/);
  });
});
