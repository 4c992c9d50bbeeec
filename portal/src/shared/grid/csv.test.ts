import { describe, expect, it } from "vitest";
import { toCsv } from "./csv";

const column = (name: string, type = "string") => ({ name, type });

describe("toCsv", () => {
  it("quotes what needs it and ends every line", () => {
    const csv = toCsv([column("a"), column("b,c")], [['say "hi"', "two\nlines"]]);
    expect(csv).toBe('\uFEFFa,"b,c"\r\n"say ""hi""","two\nlines"\r\n');
  });

  it("writes missing values as nothing and objects as JSON", () => {
    expect(toCsv([column("a"), column("b", "dynamic")], [[null, { x: 1 }]])).toContain('\r\n,"{""x"":1}"\r\n');
  });

  it.each(["=cmd|' /C calc'!A0", "+1", "-enc SQBF", "@SUM(A1)", "\tx"])("keeps a spreadsheet from running %j", (text) => {
    const [, line = ""] = toCsv([column("a")], [[text]]).split("\r\n");
    expect(line.replace(/^"/, "").startsWith("'")).toBe(true);
  });

  it("leaves numbers as they are", () => {
    expect(toCsv([column("n", "long")], [[-5]])).toContain("\r\n-5\r\n");
  });
});
