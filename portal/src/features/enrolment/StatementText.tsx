import { makeStyles } from "@fluentui/react-components";
import type { ReactElement } from "react";
import { readStatement } from "./statement";

const useStyles = makeStyles({
  heading: { fontWeight: 600, margin: "10px 0 2px", ":first-child": { marginTop: 0 } },
  paragraph: { margin: "4px 0" },
  list: { margin: "4px 0", paddingLeft: "20px" },
});

export function StatementText({ text }: { text: string }): ReactElement {
  const styles = useStyles();
  return (
    <>
      {readStatement(text).map((block, index) => {
        const key = `${block.kind}${index}`;
        if (block.kind === "list") {
          return (
            <ul key={key} className={styles.list}>
              {block.items.map((item) => (
                <li key={item}>{item}</li>
              ))}
            </ul>
          );
        }
        return (
          <p key={key} className={block.kind === "heading" ? styles.heading : styles.paragraph}>
            {block.text}
          </p>
        );
      })}
    </>
  );
}
