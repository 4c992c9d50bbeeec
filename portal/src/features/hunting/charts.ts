import type { Column, HuntResult } from "@/shared/api/types";
import { isNumeric, rawText } from "@/shared/grid/cells";

export type ChartType = "line" | "area" | "bar" | "column" | "pie" | "scatter";

/** The kinds of `render` that are drawn; any other stays a table. */
const KINDS: Record<string, ChartType> = {
  timechart: "line",
  linechart: "line",
  areachart: "area",
  stackedareachart: "area",
  barchart: "bar",
  columnchart: "column",
  piechart: "pie",
  scatterchart: "scatter",
};

export const chartType = (render: HuntResult["render"]): ChartType | undefined => (typeof render?.kind === "string" ? KINDS[render.kind] : undefined);

export interface Series {
  name: string;
  points: [x: string | number, y: number][];
}

export interface ChartData {
  type: ChartType;
  title: string;
  /** Instants on the x axis. */
  time: boolean;
  series: Series[];
  categories: string[];
}

const named = (columns: readonly Column[], wanted: unknown): number => columns.findIndex(({ name }) => name === wanted);

function listOf(value: unknown): string[] {
  if (typeof value === "string") return value.split(",").map((part) => part.trim());
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * What a chart shows, by Kusto's own rules: x is the named column, else the first instant, else the first column that is no
 * number; a text column beside it makes one series per value; every number is a y.
 */
export function chartData({ columns, rows, render }: Pick<HuntResult, "columns" | "rows" | "render">): ChartData | null {
  const type = chartType(render);
  if (!type || !render) return null;
  const wantedX = named(columns, render.xcolumn);
  const firstTime = columns.findIndex((column) => column.type === "datetime");
  const firstText = columns.findIndex((column) => !isNumeric(column.type));
  const x = wantedX >= 0 ? wantedX : firstTime >= 0 && type !== "pie" ? firstTime : Math.max(firstText, 0);
  const wantedY = listOf(render.ycolumns).map((name) => named(columns, name)).filter((index) => index >= 0);
  const ys = wantedY.length > 0 ? wantedY : columns.flatMap((column, index) => (index !== x && isNumeric(column.type) ? [index] : []));
  if (ys.length === 0) return null;
  const wantedSeries = listOf(render.series).map((name) => named(columns, name)).filter((index) => index >= 0);
  const splitBy = wantedSeries.length > 0 ? wantedSeries : columns.flatMap((column, index) => (index !== x && column.type === "string" ? [index] : [])).slice(0, 1);
  const time = columns[x]?.type === "datetime";
  const series = new Map<string, Series>();
  for (const row of rows) {
    const group = splitBy.map((index) => rawText(row[index])).join(" · ");
    for (const y of ys) {
      const column = columns[y]?.name ?? "";
      const name = group === "" ? column : ys.length > 1 ? `${group} · ${column}` : group;
      const entry = series.get(name) ?? { name, points: [] };
      entry.points.push([rawText(row[x]), Number(row[y] ?? 0)]);
      series.set(name, entry);
    }
  }
  const categories = [...new Set(rows.map((row) => rawText(row[x])))];
  if (time) for (const entry of series.values()) entry.points.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { type, title: typeof render.title === "string" ? render.title : "", time, series: [...series.values()], categories };
}
