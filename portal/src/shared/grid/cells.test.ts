import { describe, expect, it } from "vitest";
import { columnWidths, rawText, rowOrder, shownText } from "./cells";

const reader = { language: "en", timeZone: "Asia/Seoul" };

describe("shownText", () => {
  it("tells instants in the reader's zone", () => expect(shownText("2026-01-02T15:30:00Z", "datetime", reader)).toBe("3 Jan 2026, 00:30:00"));
  it("groups numbers", () => expect(shownText(1234567, "long", reader)).toBe("1,234,567"));
  it("shows nothing for null", () => expect(shownText(null, "string", reader)).toBe(""));
  it("shows dynamic as JSON", () => expect(shownText({ a: [1] }, "dynamic", reader)).toBe('{"a":[1]}'));
});

describe("rawText", () => {
  it("keeps numbers whole", () => expect(rawText(1234567)).toBe("1234567"));
});

describe("rowOrder", () => {
  const columns = [
    { name: "n", type: "long" },
    { name: "s", type: "string" },
  ];
  const rows = [
    [10, "b"],
    [9, "a"],
    [null, "c"],
    [9, "d"],
  ];
  it("keeps the answer's order without a sort", () => expect(rowOrder(rows, columns, null)).toEqual([0, 1, 2, 3]));
  it("sorts numbers as numbers, stable, missing last", () => expect(rowOrder(rows, columns, { column: 0, descending: false })).toEqual([1, 3, 0, 2]));
  it("turns round", () => expect(rowOrder(rows, columns, { column: 1, descending: true })).toEqual([3, 2, 0, 1]));
  it("does not move the rows themselves", () => {
    rowOrder(rows, columns, { column: 1, descending: true });
    expect(rows[0]).toEqual([10, "b"]);
  });
});

describe("columnWidths", () => {
  it("stays between narrow and wide", () => {
    const columns = [
      { name: "a", type: "string" },
      { name: "b", type: "string" },
    ];
    const [narrow = 0, wide = 0] = columnWidths([["x", "y".repeat(500)]], columns, reader);
    expect(narrow).toBe(90);
    expect(wide).toBe(420);
  });
});
