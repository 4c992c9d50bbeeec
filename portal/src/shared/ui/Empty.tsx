import { makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactElement, ReactNode } from "react";

const useStyles = makeStyles({
  empty: { display: "flex", flexDirection: "column", alignItems: "center", textAlign: "center", gap: tokens.spacingVerticalS, padding: "44px 24px" },
  icon: { fontSize: "40px", color: tokens.colorBrandForeground1, lineHeight: 0 },
  text: { color: tokens.colorNeutralForeground2, maxWidth: "56ch" },
  action: { paddingTop: tokens.spacingVerticalS, display: "flex", gap: tokens.spacingHorizontalS },
});

/** Nothing here yet: why, and what to do about it. */
export function Empty({ icon, title, text, action }: { icon: ReactNode; title: string; text: ReactNode; action?: ReactNode }): ReactElement {
  const styles = useStyles();
  return (
    <div className={styles.empty}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <Text weight="semibold" size={400}>
        {title}
      </Text>
      <Text className={styles.text} align="center">{text}</Text>
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
