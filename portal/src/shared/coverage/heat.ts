/** Steps of colour between none and most. */
export const STEPS = 5;

/** The step of a day, by powers of ten: 0 for no rows, 1 for some, STEPS for 100,000 and more. */
export const heatOf = (rows: number): number => (rows <= 0 ? 0 : Math.min(STEPS, Math.floor(Math.log10(rows)) + 1));

/** The days of a period of whole days, as ISO dates. */
export function daysFrom(since: string, count: number): string[] {
  const first = Date.parse(`${since}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => new Date(first + index * 86_400_000).toISOString().slice(0, 10));
}
