import { useEffect, useEffectEvent, useRef, useState, type ReactElement, type Ref } from "react";
import { useImperativeHandle } from "react";
import { useTranslation } from "react-i18next";
import { checkQuery } from "@/shared/api/hunting";
import type { FunctionSchema, TableSchema } from "@/shared/api/types";
import { useAppearance } from "@/shared/theme/appearance";
import { markersFor } from "./diagnostics";
import { monaco, queryModel, showMarkers, teachSchema } from "./monaco";

const CHECK_PAUSE_MS = 350;
const THEMES = { light: "kusto-light", dark: "kusto-dark" };

export interface EditorHandle {
  insert: (text: string) => void;
  /** The selected text when there is some, else all of it; `shift` is how many characters stand before it. */
  textToRun: () => { query: string; shift: number };
  reveal: (line: number, column: number) => void;
}

interface KqlEditorProps {
  tenant: string;
  value: string;
  tables: readonly TableSchema[] | undefined;
  functions: readonly FunctionSchema[] | undefined;
  onChange: (text: string) => void;
  onRun: () => void;
  ref?: Ref<EditorHandle>;
}

/** The KQL editor: completion from the tenant's tables in the browser, underlines from the server's compiler. */
export default function KqlEditor({ tenant, value, tables, functions, onChange, onRun, ref }: KqlEditorProps): ReactElement {
  const { t } = useTranslation("hunting");
  const { appearance } = useAppearance();
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<monaco.editor.IStandaloneCodeEditor | null>(null);
  const label = t("editor.label");
  const run = useEffectEvent(() => onRun());
  const change = useEffectEvent((text: string) => onChange(text));
  const start = useEffectEvent((node: HTMLElement) =>
    monaco.editor.create(node, {
      model: queryModel(value),
      theme: THEMES[appearance],
      ariaLabel: label,
      automaticLayout: true,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fontSize: 14,
      lineNumbersMinChars: 3,
      padding: { top: 10, bottom: 10 },
      renderLineHighlight: "none",
      fixedOverflowWidgets: true,
      tabFocusMode: false,
      wordWrap: "on",
      suggest: { showWords: false },
      scrollbar: { alwaysConsumeMouseWheel: false },
    }),
  );

  useEffect(() => {
    if (!host.current) return;
    const created = start(host.current);
    created.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => run());
    created.addCommand(monaco.KeyMod.Shift | monaco.KeyCode.Enter, () => run());
    const listening = created.onDidChangeModelContent(() => change(created.getValue()));
    setEditor(created);
    return () => {
      listening.dispose();
      created.dispose();
    };
  }, []);

  useEffect(() => monaco.editor.setTheme(THEMES[appearance]), [appearance]);

  useEffect(() => {
    if (editor && editor.getValue() !== value) editor.setValue(value);
  }, [editor, value]);

  useEffect(() => {
    const model = editor?.getModel();
    if (model && tables && functions) void teachSchema(model, tables, functions);
  }, [editor, tables, functions]);

  useEffect(() => {
    const model = editor?.getModel();
    if (!model) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      if (value.trim() === "") {
        showMarkers(model, []);
        return;
      }
      checkQuery(tenant, value, abort.signal)
        .then(({ diagnostics }) => showMarkers(model, markersFor(value, diagnostics)))
        // Checking is a courtesy while typing: what goes wrong is told when the query runs.
        .catch(() => undefined);
    }, CHECK_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [editor, tenant, value]);

  useImperativeHandle(
    ref,
    () => ({
      insert: (text) => {
        if (!editor) return;
        const selection = editor.getSelection();
        if (selection) editor.executeEdits("insert", [{ range: selection, text, forceMoveMarkers: true }]);
        editor.focus();
      },
      textToRun: () => {
        const selection = editor?.getSelection();
        const model = editor?.getModel();
        if (!model || !selection || selection.isEmpty()) return { query: value, shift: 0 };
        const query = model.getValueInRange(selection);
        if (query.trim() === "") return { query: value, shift: 0 };
        // The server counts characters, not UTF-16 units.
        return { query, shift: Array.from(value.slice(0, model.getOffsetAt(selection.getStartPosition()))).length };
      },
      reveal: (line, column) => {
        editor?.setPosition({ lineNumber: line, column });
        editor?.revealLineInCenterIfOutsideViewport(line);
        editor?.focus();
      },
    }),
    [editor, value],
  );

  return <div ref={host} style={{ height: "100%", width: "100%" }} />;
}
