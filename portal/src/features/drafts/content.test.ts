import { describe, expect, it } from "vitest";
import { emptyContent, readSteps, readTechniques } from "./content";

describe("readTechniques", () => {
  it("finds the numbers in any text, once each", () => expect(readTechniques("t1059.001, T1566; T1566 and T99")).toEqual(["T1059.001", "T1566"]));
});

describe("readSteps", () => {
  it("takes one step a line", () => expect(readSteps(" Contain \n\nReset\n")).toEqual(["Contain", "Reset"]));
});

describe("emptyContent", () => {
  it("starts with the evidence that was captured", () => expect([emptyContent("e1").evidence_ids, emptyContent(undefined).evidence_ids]).toEqual([["e1"], []]));
});
