const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** A length of time in its two largest units ("1 day 4 hr"), in the reader's language; below a minute, seconds. */
export function formatSpan(seconds: number, language: string): string {
  const name = (value: number, unit: string) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: language === "en" ? "short" : "long" }).format(value);
  const whole = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first < 0) return name(whole, "second");
  let left = whole;
  const parts = UNITS.slice(first, first + 2).map(([unit, size]) => {
    const value = Math.floor(left / size);
    left -= value * size;
    return value > 0 ? name(value, unit) : "";
  });
  return parts.filter(Boolean).join(" ");
}
