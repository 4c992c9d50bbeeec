/** The words of inquiries as the API has them, in the order in which they are shown. */
export const INQUIRY_STATES = ["submitted", "in_progress", "waiting_info", "waiting_samples", "concluded", "closed_no_reply", "withdrawn"] as const;
export type InquiryStateName = (typeof INQUIRY_STATES)[number];

/** States in which a case goes on. */
export const OPEN_STATES: readonly InquiryStateName[] = ["submitted", "in_progress", "waiting_info", "waiting_samples"];

export const INQUIRY_CATEGORIES = ["alert", "incident", "notification", "compromise", "malware", "threat_actor", "phishing", "response", "other"] as const;
export type InquiryCategory = (typeof INQUIRY_CATEGORIES)[number];

export const VERDICTS = ["unknown", "malicious", "suspicious", "benign"] as const;
export type VerdictName = (typeof VERDICTS)[number];

export const ANSWER_STEPS = ["ask_info", "ask_samples", "need_time", "report", "conclude"] as const;
export type AnswerStep = (typeof ANSWER_STEPS)[number];

/** What an organization does, as comparisons over a sector are cut. */
export const SECTORS = ["energy", "finance", "government", "health", "manufacturing", "transport", "telecommunications", "education", "retail", "technology", "other"] as const;
