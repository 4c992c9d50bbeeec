import type { InquiryInput, InquirySubject } from "@/shared/api/types";
import { subjectKey, suggestedCategory, topicOf } from "@/shared/inquiries/subjects";

/** What somebody is writing, kept in this tab until it is sent. `page` is the address that was in view when it was begun. */
export interface Draft extends InquiryInput {
  page: string;
}

export interface InView {
  href: string;
  subjects: readonly InquirySubject[];
}

export const draftKey = (tenant: string, person: string): string => `huntline.inquiry.${tenant}.${person}`;

export function newDraft({ href, subjects }: InView, email: string, language: InquiryInput["language"]): Draft {
  return { page: href, topic: topicOf(href), category: suggestedCategory(subjects), text: "", own_verdict: "unknown", reply_email: email, contacts: [], language, subjects: [...subjects] };
}

/** Whether losing it would lose somebody's words. */
export const isWorkedOn = (draft: Draft): boolean => draft.text.trim() !== "" || draft.contacts.length > 0;

/** The page in view takes the place of the one with which the draft was begun; the words stay. */
export const movedTo = (draft: Draft, { href, subjects }: InView): Draft => ({ ...draft, page: href, topic: topicOf(href), subjects: [...subjects] });

/** With a subject more, or with what the page says of it now. */
export function withSubject(draft: Draft, added: InquirySubject): Draft {
  const place = draft.subjects.findIndex((one) => subjectKey(one) === subjectKey(added));
  return { ...draft, subjects: place < 0 ? [...draft.subjects, added] : draft.subjects.with(place, added) };
}

/** What the page shows and the draft does not hold as it is shown. */
export function missingSubjects(draft: Draft, shown: readonly InquirySubject[]): InquirySubject[] {
  const held = new Set(draft.subjects.map((one) => JSON.stringify(one)));
  return shown.filter((one) => !held.has(JSON.stringify(one)));
}

export function keepDraft(key: string, draft: Draft): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // A full storage must not stop anybody from writing; the draft then lasts as long as the page.
  }
}

export const dropDraft = (key: string): void => sessionStorage.removeItem(key);

const isDraft = (value: unknown): value is Draft =>
  typeof value === "object" &&
  value !== null &&
  (["page", "topic", "category", "text", "own_verdict", "reply_email", "language"] as const).every((name) => typeof (value as Record<string, unknown>)[name] === "string") &&
  Array.isArray((value as Draft).contacts) &&
  Array.isArray((value as Draft).subjects);

/** The kept draft, where there is one whose words are worth it; what cannot be read is none. */
export function keptDraft(key: string): Draft | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return isDraft(kept) && isWorkedOn(kept) ? kept : null;
  } catch {
    return null;
  }
}

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What the server takes: without blank contacts, and with blanks around words cut off. */
export function inputOf(draft: Draft): InquiryInput {
  const { topic, category, text, own_verdict, reply_email, contacts, language, subjects } = draft;
  return {
    topic: topic.trim(),
    category,
    text: text.trim(),
    own_verdict,
    reply_email: reply_email.trim(),
    language,
    subjects,
    contacts: contacts.map(({ name, email, phone }) => ({ name: name.trim(), email: email.trim(), phone: phone.trim() })).filter(({ name, email, phone }) => name + email + phone !== ""),
  };
}

export function isComplete(draft: Draft): boolean {
  const { topic, text, reply_email, contacts } = inputOf(draft);
  return topic !== "" && text !== "" && ADDRESS.test(reply_email) && contacts.every(({ name, email }) => name !== "" && (email === "" || ADDRESS.test(email)));
}
