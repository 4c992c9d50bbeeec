import { Field, Input, Select } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/shared/session/session";
import { fromLocalInput, toLocalInput } from "@/shared/time/time";
import { SPAN_NAMES, windowBounds, windowChoice, type WindowChoice } from "./window";

interface WindowChange {
  window: WindowChoice;
  start?: string;
  end?: string;
}

interface WindowPickerProps {
  choice: WindowChoice;
  custom: { start?: string; end?: string };
  onChange: (change: WindowChange) => void;
}

/** Which part of time a hunt looks at; the two ends of an own window are told in the person's zone. */
export function WindowPicker({ choice, custom, onChange }: WindowPickerProps): ReactElement {
  const { t } = useTranslation("hunting");
  const { timezone } = useSession().person;
  const choose = (text: string) => {
    const next = windowChoice(text);
    // An own window starts from the ends of the one that was chosen before.
    onChange(next === "custom" ? { window: next, ...windowBounds(choice, custom) } : { window: next, start: undefined, end: undefined });
  };
  const end = (which: "start" | "end") => (
    <Field label={t(`window.${which}`)} orientation="horizontal">
      <Input
        type="datetime-local"
        value={custom[which] ? toLocalInput(new Date(custom[which]), timezone) : ""}
        onChange={(_, data) => {
          const instant = fromLocalInput(data.value, timezone);
          if (instant) onChange({ window: "custom", ...custom, [which]: instant.toISOString() });
        }}
      />
    </Field>
  );
  return (
    <>
      <Select aria-label={t("window.label")} value={choice} onChange={(_, data) => choose(data.value)}>
        {SPAN_NAMES.map((span) => (
          <option key={span} value={span}>
            {t(`window.${span}`)}
          </option>
        ))}
        <option value="custom">{t("window.custom")}</option>
        <option value="query">{t("window.query")}</option>
      </Select>
      {choice === "custom" && (
        <>
          {end("start")}
          {end("end")}
        </>
      )}
    </>
  );
}
