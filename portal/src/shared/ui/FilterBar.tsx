import { makeStyles, SearchBox, Select, tokens } from "@fluentui/react-components";
import { useEffect, useRef, useState, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

const useStyles = makeStyles({
  bar: { display: "flex", gap: tokens.spacingHorizontalS, flexWrap: "wrap", alignItems: "center" },
  search: { width: "300px", maxWidth: "100%" },
});

export function FilterBar({ children }: { children: ReactNode }): ReactElement {
  return <div className={useStyles().bar}>{children}</div>;
}

const TYPING_PAUSE_MS = 250;

/** A search box that writes to the URL when typing pauses. */
export function SearchFilter({ label, value, onChange }: { label: string; value: string | undefined; onChange: (value: string | undefined) => void }): ReactElement {
  const styles = useStyles();
  const [typed, setTyped] = useState(value ?? "");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim() || undefined), TYPING_PAUSE_MS);
  };
  return <SearchBox className={styles.search} aria-label={label} placeholder={label} value={typed} onChange={(_, data) => type(data.value)} />;
}

interface ChoiceFilterProps<T extends string> {
  label: string;
  value: T | undefined;
  choices: readonly { value: T; text: string }[];
  onChange: (value: T | undefined) => void;
}

export function ChoiceFilter<T extends string>({ label, value, choices, onChange }: ChoiceFilterProps<T>): ReactElement {
  const { t } = useTranslation();
  return (
    <Select aria-label={label} value={value ?? ""} onChange={(_, data) => onChange(choices.find((choice) => choice.value === data.value)?.value)}>
      <option value="">{t("filter.any", { name: label })}</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.text}
        </option>
      ))}
    </Select>
  );
}
