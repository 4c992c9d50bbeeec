// The editor without its bundled languages: only Kusto's is needed.
import "monaco-editor/esm/vs/editor/edcore.main";
import { getKustoWorker, kustoDefaults } from "@kusto/monaco-kusto";
import KustoWorker from "@kusto/monaco-kusto/release/esm/kusto.worker?worker";
import * as monaco from "monaco-editor/esm/vs/editor/editor.api";
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker?worker";
import type { FunctionSchema, TableSchema } from "@/shared/api/types";
import type { Marker } from "./diagnostics";
import { DATABASE, showSchema } from "./kustoSchema";

export { monaco };
export const LANGUAGE = "kusto";
/** Owner of our underlines; Kusto's own are removed, because the server's compiler is the one that runs the query. */
const OWNER = "huntline";

window.MonacoEnvironment = {
  getWorker: (_, label) => (label === LANGUAGE ? new KustoWorker() : new EditorWorker()),
};

kustoDefaults.setLanguageSettings({
  ...kustoDefaults.languageSettings,
  includeControlCommands: false,
  enableQuickFixes: false,
  enableQueryWarnings: false,
  enableQuerySuggestions: false,
});

monaco.editor.onDidChangeMarkers((resources) => {
  for (const resource of resources) {
    const model = monaco.editor.getModel(resource);
    if (model && monaco.editor.getModelMarkers({ owner: LANGUAGE, resource }).length > 0) monaco.editor.setModelMarkers(model, LANGUAGE, []);
  }
});

/**
 * The one text of the editor, for as long as the portal is open: the language worker asks for it by its address when it has answered,
 * and fails when a page that was left has taken it away.
 */
export function queryModel(text: string): monaco.editor.ITextModel {
  const address = monaco.Uri.parse("inmemory://huntline/query.kql");
  const model = monaco.editor.getModel(address) ?? monaco.editor.createModel(text, LANGUAGE, address);
  if (model.getValue() !== text) model.setValue(text);
  showMarkers(model, []);
  return model;
}

const SEVERITIES: Record<Marker["severity"], monaco.MarkerSeverity> = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
};

const shown = new WeakMap<monaco.editor.ITextModel, Marker[]>();

export function showMarkers(model: monaco.editor.ITextModel, markers: Marker[]): void {
  shown.set(model, markers);
  monaco.editor.setModelMarkers(
    model,
    OWNER,
    markers.map((marker) => ({ ...marker, severity: SEVERITIES[marker.severity], source: "Huntline" })),
  );
}

const overlaps = (marker: Marker, range: monaco.Range) => monaco.Range.areIntersectingOrTouching(marker, range);

monaco.languages.registerCodeActionProvider(LANGUAGE, {
  provideCodeActions(model, range) {
    const actions = (shown.get(model) ?? []).flatMap((marker): monaco.languages.CodeAction[] =>
      marker.fix && overlaps(marker, range)
        ? [
            {
              title: marker.fix.title,
              kind: "quickfix",
              isPreferred: true,
              edit: { edits: [{ resource: model.uri, versionId: model.getVersionId(), textEdit: { range: marker.fix.span, text: marker.fix.replacement } }] },
            },
          ]
        : [],
    );
    return { actions, dispose: () => undefined };
  },
});

/** Teaches the editor the tenant's tables and functions. The address is only a label: nothing is asked of it. */
export async function teachSchema(model: monaco.editor.ITextModel, tables: readonly TableSchema[], functions: readonly FunctionSchema[]): Promise<void> {
  const accessor = await getKustoWorker();
  const worker = await accessor(model.uri);
  await worker.setSchemaFromShowSchema(showSchema(tables, functions), "https://huntline.invalid", DATABASE);
}
