import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactElement } from "react";

const useStyles = makeStyles({
  steps: { margin: 0, paddingLeft: "26px", display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, maxWidth: "90ch", lineHeight: tokens.lineHeightBase400 },
  step: { whiteSpace: "pre-wrap", overflowWrap: "anywhere", paddingLeft: "4px", "::marker": { color: tokens.colorBrandForeground1, fontWeight: tokens.fontWeightSemibold } },
});

/** What to do, in the order in which it should be done. */
export function Steps({ steps }: { steps: readonly string[] }): ReactElement {
  const styles = useStyles();
  return (
    <ol className={styles.steps}>
      {steps.map((step) => (
        <li key={step} className={styles.step}>
          {step}
        </li>
      ))}
    </ol>
  );
}
