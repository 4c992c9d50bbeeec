import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/shared/session/session";
import { formatAgo, formatInstant, formatUtc } from "@/shared/time/time";

/** An instant in the person's zone; UTC on hover. `ago` tells the distance instead and keeps both on hover. */
export function Time({ value, ago }: { value: string | null | undefined; ago?: boolean }): ReactElement {
  const { i18n } = useTranslation();
  const { timezone } = useSession().person;
  if (!value) return <span>–</span>;
  const local = formatInstant(value, i18n.language, timezone);
  const utc = formatUtc(value);
  return (
    <time dateTime={value} title={ago ? `${local}\n${utc}` : utc} style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
      {ago ? formatAgo(value, i18n.language) : local}
    </time>
  );
}
