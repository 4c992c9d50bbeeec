import { describe, expect, it } from "vitest";
import * as en from "./en";
import { FORBIDDEN, TERMS } from "./glossary";
import * as ja from "./ja";
import * as ko from "./ko";

type Texts = Record<string, string>;

function flatten(node: unknown, path = ""): Texts {
  if (typeof node === "string") return { [path]: node };
  return Object.assign({}, ...Object.entries(node as object).map(([key, value]) => flatten(value, path ? `${path}.${key}` : key))) as Texts;
}

const english = flatten({ ...en });
const others = { ko: flatten({ ...ko }), ja: flatten({ ...ja }) };

/** Korean and Japanese have one plural form where English has two. */
const withoutPlural = (texts: Texts) => [...new Set(Object.keys(texts).map((key) => key.replace(/_(one|other)$/, "")))].sort();

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

const englishOf = (key: string) => english[key] ?? english[key.replace(/_other$/, "_one")] ?? "";

describe.each(["ko", "ja"] as const)("%s", (language) => {
  const texts = others[language];

  it("has exactly the keys of English", () => {
    expect(withoutPlural(texts)).toEqual(withoutPlural(english));
  });

  it("fills the same placeholders", () => {
    for (const [key, text] of Object.entries(texts)) expect([key, placeholders(text)]).toEqual([key, placeholders(englishOf(key))]);
  });

  it("uses no forbidden rendering", () => {
    const wrong = Object.entries(texts).filter(([, text]) => FORBIDDEN[language].some((rendering) => text.includes(rendering)));
    expect(wrong).toEqual([]);
  });

  it("says the glossary's terms in the glossary's words", () => {
    for (const term of TERMS) {
      for (const [key, text] of Object.entries(texts).filter(([key]) => term.english.test(englishOf(key)))) {
        expect([key, text, term[language].some((word) => text.includes(word))]).toEqual([key, text, true]);
      }
    }
  });
});

describe("Korean", () => {
  it("keeps the names of the settings path", () => {
    const { settings } = ko.shell;
    expect([settings.title, settings.area.endpoints, settings.part.general, settings.item.advancedFeatures]).toEqual(["Settings", "Endpoints", "General", "Advanced features"]);
  });
});
