import { describe, expect, it } from "vitest";
import type { Entity } from "@/shared/api/types";
import { entityFacts, entityHeadline } from "./entity";

const entity = (fields: Partial<Entity>) => ({ entity_type: "Process", role: "Related", verdict: "Malicious", ...fields }) as Entity;

describe("entityHeadline", () => {
  it("takes the most telling field of its kind", () => {
    expect(entityHeadline(entity({ file_name: "mshta.exe", process_command_line: "mshta.exe x" }))).toBe("mshta.exe x");
    expect(entityHeadline(entity({ file_name: "mshta.exe", process_command_line: "" }))).toBe("mshta.exe");
  });
  it("falls back to the kind", () => expect(entityHeadline(entity({}))).toBe("Process"));
});

describe("entityFacts", () => {
  it("leaves out what is empty or told already", () => {
    expect(entityFacts(entity({ process_command_line: "x", file_name: "y", sha1: "", file_size: null, process_id: 7 }))).toEqual([
      ["ProcessId", "7"],
      ["FileName", "y"],
    ]);
  });
});
