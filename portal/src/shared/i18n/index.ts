import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import * as en from "./en";
import { keepLanguage, preferredLanguage, type Language } from "./language";

export * from "./language";

const LOADERS = {
  ko: () => import("./ko"),
  ja: () => import("./ja"),
};

async function load(language: Language): Promise<void> {
  if (language === "en" || i18next.hasResourceBundle(language, "common")) return;
  const resources = await LOADERS[language]();
  for (const [namespace, texts] of Object.entries(resources)) i18next.addResourceBundle(language, namespace, texts);
}

/** Starts with the language of this browser; English is built in, the other two load when first needed. */
export async function startI18n(language: Language = preferredLanguage()): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en },
    ns: Object.keys(en),
    defaultNS: "common",
    fallbackLng: "en",
    lng: "en",
    interpolation: { escapeValue: false },
  });
  await switchLanguage(language);
}

export async function switchLanguage(language: Language): Promise<void> {
  await load(language);
  keepLanguage(language);
  await i18next.changeLanguage(language);
}
