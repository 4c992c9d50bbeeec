import { describe, expect, it } from "vitest";
import { answerInput, badReferences, isComplete, NEW_ANSWER, readReferences, type AnswerDraft } from "./answer";

const zone = "Asia/Seoul";
const now = new Date("2026-11-20T00:00:00Z");
const draft = (change: Partial<AnswerDraft>): AnswerDraft => ({ ...NEW_ANSWER, text: "What we found.", ...change });

describe("isComplete", () => {
  it.each([
    [{}, true],
    [{ text: "  " }, false],
    [{ step: "need_time" as const }, false],
    [{ step: "need_time" as const, promised: "2026-11-20T10:00" }, true],
    [{ step: "need_time" as const, promised: "2026-11-20T08:59" }, false],
    [{ references: "https://example.org" }, true],
    [{ references: "javascript:alert(1)" }, false],
  ])("with %j: %s", (change, complete) => expect(isComplete(draft(change), zone, now)).toBe(complete));
});

describe("answerInput", () => {
  it("reads the promise in the writer's zone", () => expect(answerInput(draft({ step: "need_time", promised: "2026-11-20T10:00" }), zone).promised).toBe("2026-11-20T01:00:00.000Z"));
  it("promises nothing more at the end, and tells the verdict only there", () => {
    const end = answerInput(draft({ step: "conclude", promised: "2026-11-20T10:00", verdict: "benign" }), zone);
    expect([end.promised, end.verdict]).toEqual([null, "benign"]);
    expect(answerInput(draft({ verdict: "benign" }), zone).verdict).toBeNull();
  });
});

describe("references", () => {
  it("takes an address a line, each once", () => expect(readReferences("https://a.example\n\nhttps://b.example https://a.example")).toEqual(["https://a.example", "https://b.example"]));
  it("names those that are none", () => expect(badReferences("https://a.example ftp://b.example example.org")).toEqual(["ftp://b.example", "example.org"]));
});
