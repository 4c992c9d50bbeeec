import type { Diagnostic } from "@/shared/api/types";

export interface Span {
  startLineNumber: number;
  startColumn: number;
  endLineNumber: number;
  endColumn: number;
}

export interface Marker extends Span {
  code: string;
  message: string;
  severity: Diagnostic["severity"];
  fix: { title: string; span: Span; replacement: string } | null;
}

/** The server counts characters, the browser UTF-16 units: an emoji is one there and two here. */
export function utf16Offset(text: string, characters: number): number {
  let offset = 0;
  for (let counted = 0; counted < characters && offset < text.length; counted += 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}

/** The lines and columns (from 1) of a stretch of characters (from 0); an empty one gets one column, so that it can be seen. */
export function spanOf(text: string, start: number, end: number, visible = true): Span {
  const from = utf16Offset(text, start);
  const to = utf16Offset(text, Math.max(start, end));
  const first = position(text, from);
  const last = position(text, to);
  const empty = visible && from === to;
  return { startLineNumber: first.line, startColumn: first.column, endLineNumber: last.line, endColumn: last.column + (empty ? 1 : 0) };
}

/** The server's diagnostics as underlines of the editor, each with the correction that it offers. */
export function markersFor(text: string, diagnostics: readonly Diagnostic[]): Marker[] {
  return diagnostics.map(({ code, message, severity, start, end, fix }) => ({
    ...spanOf(text, start, end),
    code,
    message,
    severity,
    fix: fix && { title: fix.message, span: spanOf(text, fix.start, fix.end, false), replacement: fix.replacement },
  }));
}

/** The text with one diagnostic's correction made; without one as it was. */
export function corrected(text: string, { fix }: Pick<Diagnostic, "fix">): string {
  return fix ? text.slice(0, utf16Offset(text, fix.start)) + fix.replacement + text.slice(utf16Offset(text, fix.end)) : text;
}

/** The diagnostics of a part that begins `shift` characters into the text, placed in the whole text. */
export function shifted(diagnostics: readonly Diagnostic[], shift: number): Diagnostic[] {
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    start: diagnostic.start + shift,
    end: diagnostic.end + shift,
    fix: diagnostic.fix && { ...diagnostic.fix, start: diagnostic.fix.start + shift, end: diagnostic.fix.end + shift },
  }));
}

/** A problem's `errors`, where it is one about a query. */
export function diagnosticsOf(errors: readonly unknown[]): Diagnostic[] {
  return errors.filter(
    (entry): entry is Diagnostic =>
      typeof entry === "object" && entry !== null && typeof (entry as Diagnostic).start === "number" && typeof (entry as Diagnostic).message === "string",
  );
}
