import { makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactElement, ReactNode } from "react";

const useStyles = makeStyles({
  group: { border: "none", margin: 0, padding: 0, minWidth: 0 },
  legend: { padding: 0, marginBottom: tokens.spacingVerticalXXS },
  hint: { color: tokens.colorNeutralForeground3, display: "block" },
});

/** Several choices under one name; Fluent's `Field` would make each of them required and give all the same id. */
export function FieldGroup({ label, hint, children }: { label: string; hint?: string; children: ReactNode }): ReactElement {
  const styles = useStyles();
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{label}</legend>
      {children}
      {hint && (
        <Text size={200} className={styles.hint}>
          {hint}
        </Text>
      )}
    </fieldset>
  );
}
