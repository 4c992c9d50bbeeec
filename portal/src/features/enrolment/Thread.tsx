import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { ReactElement } from "react";
import type { Message } from "@/shared/api/types";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  message: { borderLeft: `3px solid ${tokens.colorBrandStroke1}`, paddingLeft: "12px" },
  customer: { borderLeftColor: tokens.colorNeutralStroke1 },
  text: { margin: 0, whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  meta: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, display: "flex", gap: tokens.spacingHorizontalM, flexWrap: "wrap" },
});

/** What was asked and answered about an application, oldest first. */
export function Thread({ messages }: { messages: readonly Message[] }): ReactElement {
  const styles = useStyles();
  return (
    <ul className={styles.list}>
      {messages.map(({ id, text, person_name, written, from_customer }) => (
        <li key={id} className={mergeClasses(styles.message, from_customer && styles.customer)}>
          <p className={styles.text}>{text}</p>
          <span className={styles.meta}>
            <span>{person_name}</span>
            <Time value={written} />
          </span>
        </li>
      ))}
    </ul>
  );
}
