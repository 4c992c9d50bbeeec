import { Checkbox, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowSortDownRegular, ArrowSortUpRegular } from "@fluentui/react-icons";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "@/shared/api/types";
import { formatUtc } from "@/shared/time/time";
import { copyText } from "@/shared/ui/clipboard";
import { columnWidths, isNumeric, rawText, rowOrder, shownText, type Sort } from "./cells";
import { useReader } from "./useReader";

const ROW_PX = 32;
const CHECK_PX = 40;
const OVERSCAN = 12;

const useStyles = makeStyles({
  // The scroller stands outside the grid role: a focusable scroller between grid and rows breaks the tree for screen readers.
  scroller: { overflow: "auto", flexGrow: 1, minHeight: 0, position: "relative", backgroundColor: tokens.colorNeutralBackground1 },
  grid: { position: "relative", outline: "none", minWidth: "100%", width: "max-content" },
  head: { position: "sticky", top: 0, zIndex: 2, display: "grid", backgroundColor: tokens.colorNeutralBackground1, borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, height: `${ROW_PX}px` },
  headCell: { display: "flex", alignItems: "center", paddingInline: "6px", minWidth: 0 },
  sort: { background: "none", border: "none", font: "inherit", textAlign: "start", boxSizing: "border-box", display: "flex", alignItems: "center", gap: "4px", width: "100%", padding: "4px 6px", borderRadius: tokens.borderRadiusSmall, cursor: "pointer", fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground2, overflow: "hidden", whiteSpace: "nowrap", ":hover": { backgroundColor: tokens.colorSubtleBackgroundHover }, ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  label: { overflow: "hidden", textOverflow: "ellipsis" },
  body: { position: "relative" },
  row: { position: "absolute", left: 0, right: 0, top: 0, display: "grid", height: `${ROW_PX}px`, borderBottom: `1px solid ${tokens.colorNeutralStroke3}`, ":hover": { backgroundColor: tokens.colorSubtleBackgroundHover } },
  chosen: { backgroundColor: tokens.colorBrandBackground2, ":hover": { backgroundColor: tokens.colorBrandBackground2Hover } },
  open: { boxShadow: `inset 3px 0 0 ${tokens.colorBrandForeground1}` },
  cell: { paddingInline: "12px", lineHeight: `${ROW_PX}px`, fontSize: tokens.fontSizeBase200, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", boxSizing: "border-box", cursor: "default" },
  end: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
  machine: { fontFamily: tokens.fontFamilyMonospace },
  check: { display: "flex", alignItems: "center", justifyContent: "center", overflow: "hidden" },
  active: { boxShadow: `inset 0 0 0 2px ${tokens.colorStrokeFocus2}` },
});

interface ResultsGridProps {
  label: string;
  columns: readonly Column[];
  rows: readonly unknown[][];
  /** Rows by their index in `rows`; without it nothing can be selected. */
  selected?: ReadonlySet<number>;
  onSelect?: (selected: ReadonlySet<number>) => void;
  /** Enter or a double click on a row. */
  onOpen?: (row: number) => void;
  opened?: number | null;
  /** How high the grid may grow where the page does not give it a height. */
  maxHeight?: number;
}

/**
 * Rows of a hunt: only those in view are in the page. Arrow keys move, Space selects, Enter opens, Ctrl+C copies the cell.
 */
export function ResultsGrid({ label, columns, rows, selected, onSelect, onOpen, opened, maxHeight }: ResultsGridProps): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("grid");
  const reader = useReader();
  const id = useId();
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState<{ row: number; column: number } | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const order = useMemo(() => rowOrder(rows, columns, sort), [rows, columns, sort]);
  const widths = useMemo(() => columnWidths(rows, columns, reader), [rows, columns, reader]);
  const selectable = selected !== undefined && onSelect !== undefined;
  const template = `${selectable ? `${CHECK_PX}px ` : ""}${widths.map((width) => `${width}px`).join(" ")} minmax(0, 1fr)`;
  // The compiler cannot see through it and leaves this component as it is, which is right.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({ count: order.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: OVERSCAN });

  const toggle = (row: number) => {
    if (!selectable) return;
    const next = new Set(selected);
    if (!next.delete(row)) next.add(row);
    onSelect(next);
  };
  const toggleAll = (on: boolean) => onSelect?.(on ? new Set(order) : new Set());
  const sortBy = (column: number) =>
    setSort((now) => (now?.column !== column ? { column, descending: false } : now.descending ? null : { column, descending: true }));

  const move = (row: number, column: number) => {
    const next = { row: Math.min(Math.max(row, 0), order.length - 1), column: Math.min(Math.max(column, 0), columns.length - 1) };
    setActive(next);
    virtual.scrollToIndex(next.row);
  };
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / ROW_PX) - 2);
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const at = active ?? { row: 0, column: 0 };
    const source = order[at.row];
    const moves: Record<string, () => void> = {
      ArrowDown: () => move(active ? at.row + 1 : 0, at.column),
      ArrowUp: () => move(at.row - 1, at.column),
      ArrowRight: () => move(at.row, at.column + 1),
      ArrowLeft: () => move(at.row, at.column - 1),
      PageDown: () => move(at.row + page, at.column),
      PageUp: () => move(at.row - page, at.column),
      Home: () => move(event.ctrlKey ? 0 : at.row, 0),
      End: () => move(event.ctrlKey ? order.length - 1 : at.row, columns.length - 1),
      " ": () => source !== undefined && toggle(source),
      Enter: () => source !== undefined && onOpen?.(source),
    };
    const copies = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c";
    if (copies && source !== undefined && window.getSelection()?.isCollapsed !== false) {
      void copyText(rawText(rows[source]?.[at.column]));
      event.preventDefault();
      return;
    }
    const action = moves[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  const items = virtual.getVirtualItems();
  // Only a cell that is in the page can be the active descendant.
  const activeInView = active !== null && items.some(({ index }) => index === active.row);
  const allChosen = selected !== undefined && selected.size > 0 && selected.size === rows.length;
  return (
    <div ref={scroller} className={styles.scroller} style={maxHeight === undefined ? undefined : { maxHeight, height: (order.length + 1) * ROW_PX + 18 }}>
      <div
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-multiselectable={selectable}
        aria-activedescendant={activeInView ? `${id}-${active.row}-${active.column}` : undefined}
        tabIndex={0}
        className={styles.grid}
        onKeyDown={onKey}
      >
        <div role="row" aria-rowindex={1} className={styles.head} style={{ gridTemplateColumns: template }}>
          {selectable && (
            <div role="columnheader" className={styles.check}>
              <Checkbox aria-label={t("selectAll")} checked={allChosen ? true : selected.size > 0 ? "mixed" : false} onChange={(_, data) => toggleAll(data.checked === true)} />
            </div>
          )}
          {columns.map(({ name, type }, index) => {
            const sorted = sort?.column === index ? (sort.descending ? "descending" : "ascending") : "none";
            return (
              <div key={name} role="columnheader" aria-sort={sorted} className={styles.headCell}>
                <button type="button" className={styles.sort} title={`${name}: ${type}`} onClick={() => sortBy(index)}>
                  <span className={styles.label}>{name}</span>
                  {sorted === "ascending" && <ArrowSortUpRegular aria-hidden="true" />}
                  {sorted === "descending" && <ArrowSortDownRegular aria-hidden="true" />}
                </button>
              </div>
            );
          })}
        </div>
        <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const source = order[index] ?? 0;
            const chosen = selected?.has(source) ?? false;
            return (
              <div
                key={source}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={selectable ? chosen : undefined}
                tabIndex={-1}
                className={mergeClasses(styles.row, chosen && styles.chosen, opened === source && styles.open)}
                style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
                onDoubleClick={() => {
                  // A double click selects a word; here it opens.
                  window.getSelection()?.removeAllRanges();
                  onOpen?.(source);
                }}
              >
                {selectable && (
                  <div role="gridcell" className={styles.check}>
                    <Checkbox aria-label={t("selectRow", { row: index + 1 })} checked={chosen} onChange={() => toggle(source)} />
                  </div>
                )}
                {columns.map(({ name, type }, column) => {
                  const value = rows[source]?.[column];
                  const shown = shownText(value, type, reader);
                  return (
                    // Keys are handled by the grid, which owns the active cell.
                    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
                    <div
                      key={name}
                      id={`${id}-${index}-${column}`}
                      role="gridcell"
                      tabIndex={-1}
                      title={type === "datetime" && typeof value === "string" ? formatUtc(value) : shown}
                      className={mergeClasses(styles.cell, isNumeric(type) && styles.end, type === "dynamic" && styles.machine, active?.row === index && active.column === column && styles.active)}
                      onClick={(event) => {
                        setActive({ row: index, column });
                        event.currentTarget.closest<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
                      }}
                    >
                      {shown}
                    </div>
                  );
                })}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
