const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const STEP = 1000;

/** A size in bytes in the unit that suits it, in the reader's language. */
export function formatSize(bytes: number, language: string): string {
  const place = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(language, { style: "unit", unit: UNITS[place], unitDisplay: place === 0 && language !== "en" ? "long" : "short", maximumFractionDigits: place === 0 ? 0 : 1 }).format(bytes / STEP ** place);
}
