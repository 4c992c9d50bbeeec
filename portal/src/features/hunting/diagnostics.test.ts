import { describe, expect, it } from "vitest";
import { corrected, diagnosticsOf, markersFor, shifted, spanOf, utf16Offset } from "./diagnostics";

const TEXT = "DeviceEvents\n| sumarize count()\n";

describe("utf16Offset", () => {
  it("counts an emoji as two", () => expect(utf16Offset('"🔥" x', 3)).toBe(4));
  it("stops at the end", () => expect(utf16Offset("ab", 9)).toBe(2));
});

describe("spanOf", () => {
  it("gives lines and columns from 1", () => {
    expect(spanOf(TEXT, 15, 23)).toEqual({ startLineNumber: 2, startColumn: 3, endLineNumber: 2, endColumn: 11 });
  });
  it("crosses lines", () => expect(spanOf(TEXT, 0, 15)).toMatchObject({ startLineNumber: 1, endLineNumber: 2, endColumn: 3 }));
  it("makes an empty stretch visible", () => expect(spanOf(TEXT, 12, 12)).toEqual({ startLineNumber: 1, startColumn: 13, endLineNumber: 1, endColumn: 14 }));
  it("counts behind an emoji as the editor does", () => expect(spanOf('print "🔥", y', 11, 12)).toMatchObject({ startColumn: 13, endColumn: 14 }));
});

describe("markersFor", () => {
  it("keeps code, severity and the correction's own place", () => {
    const fix = { message: "Change to summarize", start: 15, end: 23, replacement: "summarize" };
    const [marker] = markersFor(TEXT, [{ code: "KQL021", severity: "error", message: "No such operator", start: 15, end: 23, line: 2, column: 3, fix }]);
    expect(marker).toMatchObject({ code: "KQL021", severity: "error", startLineNumber: 2, fix: { title: "Change to summarize", replacement: "summarize", span: { startColumn: 3, endColumn: 11 } } });
  });

  it("inserts without replacing", () => {
    const fix = { message: "Add )", start: 3, end: 3, replacement: ")" };
    const [marker] = markersFor("f(x", [{ code: "K", severity: "warning", message: "m", start: 2, end: 3, line: 1, column: 3, fix }]);
    expect(marker?.fix?.span).toEqual({ startLineNumber: 1, startColumn: 4, endLineNumber: 1, endColumn: 4 });
  });
});

describe("corrected", () => {
  it("makes the correction and nothing else", () => {
    expect(corrected('print "🔥" | sumarize', { fix: { message: "m", start: 12, end: 20, replacement: "summarize" } })).toBe('print "🔥" | summarize');
    expect(corrected(TEXT, { fix: null })).toBe(TEXT);
  });
});

describe("shifted", () => {
  it("moves a part's diagnostics to where the part stands", () => {
    const fix = { message: "m", start: 1, end: 2, replacement: "x" };
    const [moved] = shifted([{ code: "K", severity: "error", message: "m", start: 1, end: 2, line: 1, column: 2, fix }], 10);
    expect(moved).toMatchObject({ start: 11, end: 12, fix: { start: 11, end: 12 } });
  });
});

describe("diagnosticsOf", () => {
  it("takes only diagnostics out of a problem's errors", () => {
    const diagnostic = { code: "K", severity: "error", message: "m", start: 0, end: 1, line: 1, column: 1, fix: null };
    expect(diagnosticsOf([diagnostic, { loc: ["query"], msg: "too long" }, "x", null])).toEqual([diagnostic]);
  });
});
