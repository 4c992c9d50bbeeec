import { Button, makeStyles, SearchBox, Spinner, Text, tokens, Tree, TreeItem, TreeItemLayout } from "@fluentui/react-components";
import { AddRegular, TableRegular } from "@fluentui/react-icons";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { TableSchema } from "@/shared/api/types";
import { ProblemBar } from "@/shared/ui/ProblemBar";

const useStyles = makeStyles({
  pane: { width: "272px", flexShrink: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, backgroundColor: tokens.colorNeutralBackground1, padding: "10px", boxSizing: "border-box", minHeight: 0 },
  tree: { overflowY: "auto", flexGrow: 1 },
  type: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, paddingLeft: "8px" },
  column: { minHeight: "26px", fontSize: tokens.fontSizeBase200 },
});

/** Tables whose name matches come with all their columns; others only with the columns that match. */
export function searchTables(tables: readonly TableSchema[], text: string): TableSchema[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [...tables];
  return tables.flatMap((table) => {
    if (table.name.toLowerCase().includes(wanted)) return [table];
    const columns = table.columns.filter(({ name }) => name.toLowerCase().includes(wanted));
    return columns.length > 0 ? [{ ...table, columns }] : [];
  });
}

const OPEN_UP_TO = 3;

/** The tables that can be queried, with what each column means. */
export function SchemaPane({ tables, error, onInsert }: { tables: readonly TableSchema[] | undefined; error: unknown; onInsert: (name: string) => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("hunting");
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const shown = searchTables(tables ?? [], search);
  const openItems = search.trim() !== "" && shown.length <= OPEN_UP_TO ? new Set([...open, ...shown.map(({ name }) => name)]) : open;
  const insert = (name: string) => (
    <Button size="small" appearance="subtle" icon={<AddRegular />} aria-label={t("schema.insert", { name })} onClick={() => onInsert(name)} />
  );
  return (
    <section className={styles.pane} aria-label={t("schema.title")}>
      <SearchBox size="small" value={search} aria-label={t("schema.search")} placeholder={t("schema.search")} onChange={(_, data) => setSearch(data.value)} style={{ maxWidth: "none" }} />
      {Boolean(error) && <ProblemBar error={error} />}
      {!tables && !error && <Spinner size="small" />}
      <Tree className={styles.tree} size="small" aria-label={t("schema.title")} openItems={openItems} onOpenChange={(_, data) => setOpen(new Set([...data.openItems].map(String)))}>
        {shown.map(({ name, documentation, columns }) => (
          <TreeItem key={name} value={name} itemType="branch">
            <TreeItemLayout iconBefore={<TableRegular />} actions={insert(name)} title={documentation}>
              {name}
            </TreeItemLayout>
            {openItems.has(name) && (
              <Tree>
                {columns.map((column) => (
                  <TreeItem key={column.name} value={`${name}.${column.name}`} itemType="leaf">
                    <TreeItemLayout className={styles.column} actions={insert(column.name)} title={column.documentation}>
                      {column.name}
                      <span className={styles.type}>{column.type}</span>
                    </TreeItemLayout>
                  </TreeItem>
                ))}
              </Tree>
            )}
          </TreeItem>
        ))}
      </Tree>
      {tables && shown.length === 0 && <Text size={200}>{t("schema.none")}</Text>}
    </section>
  );
}
