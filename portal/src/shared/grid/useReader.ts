import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/shared/session/session";
import type { Reader } from "./cells";

export function useReader(): Reader {
  const { i18n } = useTranslation();
  const { timezone } = useSession().person;
  return useMemo(() => ({ language: i18n.language, timeZone: timezone }), [i18n.language, timezone]);
}
