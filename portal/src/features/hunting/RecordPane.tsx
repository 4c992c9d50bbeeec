import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "@/shared/api/types";
import { rawText, shownText } from "@/shared/grid/cells";
import { useReader } from "@/shared/grid/useReader";
import { formatUtc } from "@/shared/time/time";
import { CopyButton } from "@/shared/ui/CopyButton";

const useStyles = makeStyles({
  pane: { width: "380px", flexShrink: 0, borderLeft: `1px solid ${tokens.colorNeutralStroke2}`, display: "flex", flexDirection: "column", minHeight: 0 },
  head: { display: "flex", alignItems: "center", justifyContent: "space-between", padding: "6px 8px 6px 16px", borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  list: { margin: 0, padding: "8px 16px 16px", overflowY: "auto", flexGrow: 1 },
  name: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, paddingTop: "8px" },
  value: { margin: 0, display: "flex", gap: "4px", alignItems: "flex-start" },
  text: { whiteSpace: "pre-wrap", overflowWrap: "anywhere", flexGrow: 1, fontSize: tokens.fontSizeBase200, lineHeight: "24px" },
  machine: { fontFamily: tokens.fontFamilyMonospace },
});

function pretty(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value, null, 2) : rawText(value);
}

/** One row in full: every value that is there, ready to copy. */
export function RecordPane({ columns, row, onClose }: { columns: readonly Column[]; row: readonly unknown[]; onClose: () => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["hunting", "common"]);
  const reader = useReader();
  const filled = columns.map((column, index) => ({ column, value: row[index] })).filter(({ value }) => rawText(value) !== "");
  return (
    <aside className={styles.pane} aria-label={t("hunting:record.title")}>
      <div className={styles.head}>
        <Text weight="semibold">{t("hunting:record.title")}</Text>
        <Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label={t("common:action.close")} onClick={onClose} />
      </div>
      {/* A scrolling region must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.list} tabIndex={0} role="region" aria-label={t("hunting:record.title")}>
        <dl style={{ margin: 0 }}>
          {filled.map(({ column: { name, type }, value }) => (
            <div key={name}>
              <dt className={styles.name}>{name}</dt>
              <dd className={styles.value}>
                <span className={`${styles.text} ${type === "dynamic" ? styles.machine : ""}`} title={type === "datetime" ? formatUtc(rawText(value)) : undefined}>
                  {type === "datetime" ? shownText(value, type, reader) : pretty(value)}
                </span>
                <CopyButton value={rawText(value)} label={t("hunting:record.copy", { name })} />
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </aside>
  );
}
