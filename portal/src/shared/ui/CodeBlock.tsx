import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { CopyButton } from "./CopyButton";

const useStyles = makeStyles({
  block: { position: "relative", border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground3 },
  code: { margin: 0, padding: "10px 44px 10px 12px", fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, lineHeight: "1.55", whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxHeight: "320px", overflowY: "auto", color: tokens.colorNeutralForeground1 },
  copy: { position: "absolute", top: "4px", right: "6px" },
});

/** Text of a machine (a query, a command, a secret), to read and to copy. */
export function CodeBlock({ text, label }: { text: string; label: string }): ReactElement {
  const styles = useStyles();
  return (
    <div className={styles.block}>
      {/* A scrolling region must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.code} tabIndex={0} aria-label={label} role="group">
        {text}
      </pre>
      <span className={styles.copy}>
        <CopyButton value={text} />
      </span>
    </div>
  );
}
