export const LANGUAGES = ["en", "ko", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself; never translated. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", ko: "한국어", ja: "日本語" };

const KEPT = "huntline.language";

const isLanguage = (value: string | null | undefined): value is Language => LANGUAGES.some((language) => language === value);

/** The language kept in this browser, else the browser's own, else English. */
export function preferredLanguage(kept = localStorage.getItem(KEPT), wanted: readonly string[] = navigator.languages): Language {
  if (isLanguage(kept)) return kept;
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

let current: Language = "en";

export const currentLanguage = (): Language => current;

/** Remembers the language for requests, for the next visit, and for assistive technology and the right CJK face (`lang`). */
export function keepLanguage(language: Language): void {
  current = language;
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
}
