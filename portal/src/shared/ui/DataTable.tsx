import { makeStyles, mergeClasses, Skeleton, SkeletonItem, tokens } from "@fluentui/react-components";
import type { ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";

const useStyles = makeStyles({
  // The scroller stands outside the table, so that no focusable element sits between the table and its rows.
  scroller: { overflowX: "auto", width: "100%" },
  table: { width: "100%", borderCollapse: "collapse", fontSize: tokens.fontSizeBase300 },
  head: { textAlign: "left", fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2, padding: "10px 12px", borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, whiteSpace: "nowrap", ":first-child": { paddingLeft: "20px" }, ":last-child": { paddingRight: "20px" } },
  row: { ":hover": { backgroundColor: tokens.colorSubtleBackgroundHover }, ":not(:last-child)": { borderBottom: `1px solid ${tokens.colorNeutralStroke3}` } },
  cell: { padding: "9px 12px", verticalAlign: "middle", "& .fui-Badge": { whiteSpace: "nowrap" }, ":first-child": { paddingLeft: "20px" }, ":last-child": { paddingRight: "20px" } },
  end: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
  caption: { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" },
});

export interface TableColumn<Row> {
  id: string;
  /** Empty for the column of a row's buttons. */
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end of their column. */
  end?: boolean;
  width?: string;
}

interface DataTableProps<Row> {
  label: string;
  columns: TableColumn<Row>[];
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string | number;
}

const PLACEHOLDERS = ["a", "b", "c", "d"];

/** A plain table of a page of records; while they load it shows where they will stand. */
export function DataTable<Row>({ label, columns, rows, rowKey }: DataTableProps<Row>): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation();
  return (
    <div className={styles.scroller}>
      <table className={styles.table} aria-busy={rows === undefined}>
        <caption className={styles.caption}>{label}</caption>
        <thead>
          <tr>
            {columns.map(({ id, header, end, width }) => (
              <th key={id} scope="col" className={mergeClasses(styles.head, end && styles.end)} style={{ width }}>
                {header === "" ? <span className={styles.caption}>{t("column.actions")}</span> : header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? PLACEHOLDERS.map((key) => (
                <tr key={key} className={styles.row}>
                  {columns.map(({ id }) => (
                    <td key={id} className={styles.cell}>
                      <Skeleton aria-label={label}>
                        <SkeletonItem size={16} />
                      </Skeleton>
                    </td>
                  ))}
                </tr>
              ))
            : rows.map((row) => (
                <tr key={rowKey(row)} className={styles.row}>
                  {columns.map(({ id, cell, end }) => (
                    <td key={id} className={mergeClasses(styles.cell, end && styles.end)}>
                      {cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}
