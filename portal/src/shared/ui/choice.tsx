import { Checkbox } from "@fluentui/react-components";
import { useState } from "react";
import type { TableColumn } from "./DataTable";

export interface Choice<Key> {
  chosen: readonly Key[];
  clear: () => void;
  /** The first column of a table, with a box for each row; `label` names the row for those who cannot see it. */
  column: <Row>(key: (row: Row) => Key, label: (row: Row) => string) => TableColumn<Row>;
}

/** Rows that somebody chooses. What is not shown any more, on another page or filtered out, is not chosen either. */
export function useChoice<Key extends string | number>(shown: readonly Key[]): Choice<Key> {
  const [marked, setMarked] = useState<ReadonlySet<Key>>(new Set());
  const toggle = (key: Key, isChosen: boolean) => {
    const next = new Set(marked);
    if (isChosen) next.add(key);
    else next.delete(key);
    setMarked(next);
  };
  return {
    chosen: shown.filter((key) => marked.has(key)),
    clear: () => setMarked(new Set()),
    column: (key, label) => ({
      id: "choice",
      header: "",
      width: "44px",
      cell: (row) => <Checkbox aria-label={label(row)} checked={marked.has(key(row))} onChange={(_, data) => toggle(key(row), data.checked === true)} />,
    }),
  };
}
