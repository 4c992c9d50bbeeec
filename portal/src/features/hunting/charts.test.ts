import { describe, expect, it } from "vitest";
import { chartData, chartType } from "./charts";

const columns = [
  { name: "Timestamp", type: "datetime" },
  { name: "FileName", type: "string" },
  { name: "Events", type: "long" },
];
const rows = [
  ["2026-01-02T00:00:00Z", "cmd.exe", 2],
  ["2026-01-01T00:00:00Z", "cmd.exe", 1],
  ["2026-01-01T00:00:00Z", "mshta.exe", 7],
];

describe("chartType", () => {
  it("draws what it knows", () => expect([chartType({ kind: "timechart" }), chartType({ kind: "card" }), chartType(null)]).toEqual(["line", undefined, undefined]));
});

describe("chartData", () => {
  it("makes one line per text, in the order of time", () => {
    const data = chartData({ columns, rows, render: { kind: "timechart" } });
    expect(data?.time).toBe(true);
    expect(data?.series).toEqual([
      { name: "cmd.exe", points: [["2026-01-01T00:00:00Z", 1], ["2026-01-02T00:00:00Z", 2]] },
      { name: "mshta.exe", points: [["2026-01-01T00:00:00Z", 7]] },
    ]);
  });

  it("obeys the query's own columns and title", () => {
    const wide = [{ name: "Day", type: "string" }, { name: "A", type: "long" }, { name: "B", type: "long" }];
    const data = chartData({ columns: wide, rows: [["Mon", 1, 2]], render: { kind: "columnchart", xcolumn: "Day", ycolumns: ["B"], title: "Bs" } });
    expect(data).toMatchObject({ type: "column", title: "Bs", categories: ["Mon"], series: [{ name: "B", points: [["Mon", 2]] }] });
  });

  it("draws nothing without a number", () => {
    expect(chartData({ columns: columns.slice(0, 2), rows: [], render: { kind: "piechart" } })).toBeNull();
  });
});
