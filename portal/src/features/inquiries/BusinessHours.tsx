import { makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { BusinessCalendar } from "@/shared/api/types";
import { formatSpan } from "@/shared/time/span";
import { Facts } from "@/shared/ui/Facts";
import { groupedHours } from "./hours";

const useStyles = makeStyles({ lines: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS, fontVariantNumeric: "tabular-nums" } });
/** A Monday, from which the names of the weekdays are made. */
const SOME_MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const SECONDS = 60;

/** When the clocks of a case count, and what is promised for a first reply. */
export function BusinessHours({ calendar }: { calendar: BusinessCalendar }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation("inquiries");
  const weekday = (day: number) => new Intl.DateTimeFormat(i18n.language, { weekday: "short", timeZone: "UTC" }).format(SOME_MONDAY + day * DAY_MS);
  const upcoming = calendar.holidays.filter((day) => day >= new Date().toISOString().slice(0, 10)).sort();
  return (
    <>
      <Facts
        facts={[
          [
            t("hours.open"),
            <div key="open" className={styles.lines}>
              {groupedHours(calendar.hours).map(({ first, last, opens, closes }) => (
                <span key={first}>
                  {first === last ? weekday(first) : `${weekday(first)} – ${weekday(last)}`} {opens}–{closes}
                </span>
              ))}
            </div>,
          ],
          [t("hours.timezone"), calendar.timezone],
          [t("hours.firstReply"), t("hours.within", { span: formatSpan(calendar.first_reply_minutes * SECONDS, i18n.language) })],
          [t("hours.holidays"), upcoming.length > 0 ? upcoming.slice(0, 6).join(", ") : t("hours.noHolidays")],
        ]}
      />
      <Text size={200}>{t("hours.note")}</Text>
    </>
  );
}
