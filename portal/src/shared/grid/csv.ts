import type { Column } from "@/shared/api/types";
import { rawText } from "./cells";

/** Makes spreadsheets read UTF-8, which Korean and Japanese need. */
const BYTE_ORDER_MARK = "\uFEFF";

/** A spreadsheet would run these as a formula; the text comes from machines that an attacker may own. */
const FORMULA_START = /^[=+\-@\t\r]/;

function field(value: unknown): string {
  const plain = rawText(value);
  const safe = typeof value === "string" && FORMULA_START.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180, values as the API gave them (instants in UTC); a text that a spreadsheet would run gets a leading apostrophe. */
export function toCsv(columns: readonly Column[], rows: readonly unknown[][]): string {
  const lines = [columns.map(({ name }) => field(name)), ...rows.map((row) => columns.map((_, index) => field(row[index])))];
  return BYTE_ORDER_MARK + lines.map((line) => line.join(",")).join("\r\n") + "\r\n";
}

/** Hands a text, or a file as it came, to the browser as a file to save. */
export function saveFile(name: string, content: string | Blob, type = "text/csv;charset=utf-8"): void {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
