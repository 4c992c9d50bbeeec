import { beforeEach, describe, expect, it } from "vitest";
import type { InquirySubject } from "@/shared/api/types";
import { INQUIRY_CATEGORIES } from "@/shared/inquiries/vocabulary";
import { draftKey, dropDraft, inputOf, isComplete, keepDraft, keptDraft, missingSubjects, movedTo, newDraft, withSubject } from "./draft";
import { SAMPLES, samplesByCategory, startedWith } from "./samples";

const subject = (reference: string, label = ""): InquirySubject => ({ kind: "alert", reference, label, url: "", context: {} });
const inView = { href: "https://h.example/tenants/aurora/alerts/1", subjects: [subject("1")] };
const draft = newDraft(inView, "mina@aurora.example", "ko");
const key = draftKey("aurora", "p1");
beforeEach(() => sessionStorage.clear());

describe("a new draft", () => {
  it("begins with the page in view, its subjects and the person's address", () =>
    expect(draft).toMatchObject({ topic: inView.href, subjects: inView.subjects, category: "alert", reply_email: "mina@aurora.example", language: "ko", own_verdict: "unknown" }));
});

describe("a kept draft", () => {
  it("outlives a flyout that is closed by mistake", () => {
    keepDraft(key, { ...draft, text: "Half a sentence" });
    expect(keptDraft(key)).toEqual({ ...draft, text: "Half a sentence" });
  });
  it("is nobody else's, and of no other tenant", () => {
    keepDraft(key, { ...draft, text: "Half a sentence" });
    expect([keptDraft(draftKey("aurora", "p2")), keptDraft(draftKey("bluefin", "p1"))]).toEqual([null, null]);
  });
  it("is gone once it is sent", () => {
    keepDraft(key, { ...draft, text: "Sent" });
    dropDraft(key);
    expect(keptDraft(key)).toBeNull();
  });
  it("makes place for the page in view while nothing is written", () => {
    keepDraft(key, draft);
    expect(keptDraft(key)).toBeNull();
  });
  it.each(["{", "null", "[]", '{"text":"x"}'])("that cannot be read is none: %s", (text) => {
    sessionStorage.setItem(key, text);
    expect(keptDraft(key)).toBeNull();
  });
});

describe("subjects of a draft", () => {
  it("are each there once, as they were seen last", () => expect(withSubject(withSubject(draft, subject("2")), subject("1", "new")).subjects).toEqual([subject("1", "new"), subject("2")]));
  it("are offered when the page shows more, or shows it otherwise", () => expect(missingSubjects(draft, [subject("1"), subject("2"), subject("1", "new")])).toEqual([subject("2"), subject("1", "new")]));
  it("are those of the page that takes over; the words stay", () =>
    expect(movedTo({ ...draft, text: "Words" }, { href: "https://h.example/x", subjects: [] })).toMatchObject({ topic: "https://h.example/x", page: "https://h.example/x", subjects: [], text: "Words" }));
});

describe("isComplete", () => {
  const written = { ...draft, text: "Why?" };
  it.each([
    [{}, true],
    [{ text: " " }, false],
    [{ topic: "" }, false],
    [{ reply_email: "mina" }, false],
    [{ contacts: [{ name: "", email: "", phone: "" }] }, true],
    [{ contacts: [{ name: "", email: "a@b.example", phone: "" }] }, false],
    [{ contacts: [{ name: "Jun", email: "jun", phone: "" }] }, false],
    [{ contacts: [{ name: "Jun", email: "", phone: "1" }] }, true],
    [{ subjects: [] }, true],
  ])("with %j: %s", (change, complete) => expect(isComplete({ ...written, ...change })).toBe(complete));

  it("leaves blank contacts and the page's address out of what is sent", () => {
    const input = inputOf({ ...written, contacts: [{ name: " ", email: "", phone: "" }, { name: " Jun ", email: "", phone: "" }] });
    expect(input.contacts).toEqual([{ name: "Jun", email: "", phone: "" }]);
    expect(input).not.toHaveProperty("page");
  });
});

describe("sample questions", () => {
  it("are the thirteen that experts are asked", () => expect(new Set(SAMPLES.map(({ key: name }) => name)).size).toBe(13));
  it("stand under their categories, the chosen one first", () => {
    expect(samplesByCategory("malware").map(([category]) => category)[0]).toBe("malware");
    expect(samplesByCategory("other").flatMap(([, samples]) => samples)).toHaveLength(13);
    expect(samplesByCategory("alert").every(([category]) => INQUIRY_CATEGORIES.includes(category))).toBe(true);
  });
  it("are a start, and never take words away", () => {
    expect(startedWith("  ", "Sample")).toBe("Sample");
    expect(startedWith("Mine\n", "Sample")).toBe("Mine\n\nSample");
  });
});
