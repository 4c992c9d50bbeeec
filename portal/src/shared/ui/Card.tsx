import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useId, type ReactElement, type ReactNode } from "react";

const useStyles = makeStyles({
  card: { backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, padding: "16px 20px", display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minWidth: 0 },
  flush: { padding: 0, gap: 0, overflow: "hidden" },
  head: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalM, justifyContent: "space-between", flexWrap: "wrap" },
  flushHead: { padding: "14px 20px 10px" },
  title: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400, fontWeight: tokens.fontWeightSemibold },
});

interface CardProps {
  title?: string;
  actions?: ReactNode;
  /** No inner padding, for tables. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

/** A titled region of a page. */
export function Card({ title, actions, flush, className, children }: CardProps): ReactElement {
  const styles = useStyles();
  const id = useId();
  return (
    <section className={mergeClasses(styles.card, flush && styles.flush, className)} aria-labelledby={title ? id : undefined}>
      {(title ?? actions) && (
        <div className={mergeClasses(styles.head, flush && styles.flushHead)}>
          {title && (
            <h2 id={id} className={styles.title}>
              {title}
            </h2>
          )}
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}
