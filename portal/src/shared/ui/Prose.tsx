import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactElement } from "react";

const useStyles = makeStyles({
  prose: { whiteSpace: "pre-wrap", overflowWrap: "anywhere", lineHeight: tokens.lineHeightBase400, maxWidth: "90ch", margin: 0 },
});

/** Text that a person wrote: shown as it was written, never as markup. */
export function Prose({ text }: { text: string }): ReactElement {
  return <p className={useStyles().prose}>{text}</p>;
}
