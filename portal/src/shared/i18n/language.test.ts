import { describe, expect, it } from "vitest";
import { keepLanguage, currentLanguage, preferredLanguage } from "./language";

describe("preferredLanguage", () => {
  it("takes the kept one first", () => expect(preferredLanguage("ja", ["ko-KR"])).toBe("ja"));
  it("takes the browser's first that there is", () => expect(preferredLanguage(null, ["fr-FR", "ko-KR", "en"])).toBe("ko"));
  it("falls back to English", () => expect(preferredLanguage("xx", ["fr"])).toBe("en"));
});

describe("keepLanguage", () => {
  it("tells the page, the requests and the next visit", () => {
    keepLanguage("ko");
    expect([document.documentElement.lang, currentLanguage(), preferredLanguage()]).toEqual(["ko", "ko", "ko"]);
    keepLanguage("en");
  });
});
