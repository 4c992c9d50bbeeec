import { describe, expect, it } from "vitest";
import { readStatement } from "./statement";

describe("readStatement", () => {
  it("reads headings, paragraphs and lists", () => {
    expect(readStatement("# Title\n\nVersion 1.\n## What\n- one\n- two\n\nEnd # no heading")).toEqual([
      { kind: "heading", text: "Title" },
      { kind: "paragraph", text: "Version 1." },
      { kind: "heading", text: "What" },
      { kind: "list", items: ["one", "two"] },
      { kind: "paragraph", text: "End # no heading" },
    ]);
  });
});
