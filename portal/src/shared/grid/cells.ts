import type { Column } from "@/shared/api/types";
import { formatInstant } from "@/shared/time/time";

export interface Reader {
  language: string;
  timeZone: string;
}

/** Kusto's types that stand at the end of their column. */
const NUMBERS = new Set(["int", "long", "real", "decimal"]);

export const isNumeric = (type: string): boolean => NUMBERS.has(type);

/** The value as text that stands for nothing but itself: what is copied, exported and compared. */
export function rawText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  // Numbers and booleans are written by JSON as they stand.
  return JSON.stringify(value);
}

/** The value as people read it: instants in their zone, numbers grouped. */
export function shownText(value: unknown, type: string, { language, timeZone }: Reader): string {
  if (value === null || value === undefined) return "";
  if (type === "datetime" && typeof value === "string") return formatInstant(value, language, timeZone);
  if (isNumeric(type) && typeof value === "number") return new Intl.NumberFormat(language, { maximumFractionDigits: 6 }).format(value);
  return rawText(value);
}

const numberOf = (value: unknown): number => (typeof value === "number" ? value : Number(rawText(value)));

function compareValues(a: unknown, b: unknown, type: string): number {
  const [aMissing, bMissing] = [a === null || a === undefined, b === null || b === undefined];
  if (aMissing || bMissing) return Number(aMissing) - Number(bMissing);
  if (isNumeric(type)) return numberOf(a) - numberOf(b);
  if (type === "bool") return Number(a === true) - Number(b === true);
  // RFC 3339 in UTC sorts as text.
  const [left, right] = [rawText(a), rawText(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export interface Sort {
  column: number;
  descending: boolean;
}

/** The order in which rows are shown, as indexes into `rows`; nothing is moved, so that selections keep their rows. */
export function rowOrder(rows: readonly unknown[][], columns: readonly Column[], sort: Sort | null): number[] {
  const order = rows.map((_, index) => index);
  const column = sort ? columns[sort.column] : undefined;
  if (!sort || !column) return order;
  const direction = sort.descending ? -1 : 1;
  return order.sort((a, b) => direction * compareValues(rows[a]?.[sort.column], rows[b]?.[sort.column], column.type) || a - b);
}

const CHARACTER_PX = 7.3;
const PADDING_PX = 34;
const NARROWEST_PX = 90;
const WIDEST_PX = 420;
const SAMPLED_ROWS = 60;

/** A width for each column from its name and the first rows. */
export function columnWidths(rows: readonly unknown[][], columns: readonly Column[], reader: Reader): number[] {
  const sample = rows.slice(0, SAMPLED_ROWS);
  return columns.map(({ name, type }, index) => {
    const longest = Math.max(name.length + 2, ...sample.map((row) => shownText(row[index], type, reader).length));
    return Math.round(Math.min(WIDEST_PX, Math.max(NARROWEST_PX, longest * CHARACTER_PX + PADDING_PX)));
  });
}
