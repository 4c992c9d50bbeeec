/** The spans that the window picker offers, in hours. */
export const SPANS = { "1h": 1, "24h": 24, "3d": 72, "7d": 168, "30d": 720, "90d": 2160, "180d": 4320 } as const;
export type Span = keyof typeof SPANS;
export type WindowChoice = Span | "custom" | "query";

export const DEFAULT_WINDOW: WindowChoice = "30d";
const HOUR_MS = 3_600_000;

export const SPAN_NAMES = Object.keys(SPANS) as Span[];

export const isSpan = (text: string | undefined): text is Span => text !== undefined && text in SPANS;

export const windowChoice = (text: string | undefined): WindowChoice => (isSpan(text) || text === "custom" || text === "query" ? text : DEFAULT_WINDOW);

/** The instants to send: a span ends now, `custom` says both, `query` sends none, which the server reads as the last 30 days. */
export function windowBounds(choice: WindowChoice, custom: { start?: string; end?: string }, now: Date = new Date()): { start?: string; end?: string } {
  if (choice === "query") return {};
  if (choice === "custom") return custom;
  return { start: new Date(now.getTime() - SPANS[choice] * HOUR_MS).toISOString(), end: now.toISOString() };
}

/** The next wider span, for "nothing found in this window". */
export function widerSpan(choice: WindowChoice): Span | undefined {
  return isSpan(choice) ? SPAN_NAMES[SPAN_NAMES.indexOf(choice) + 1] : undefined;
}
