import { Button, makeStyles, Spinner, tokens, Tooltip } from "@fluentui/react-components";
import { BookmarkAddRegular, PanelLeftRegular, PlayRegular, ScanDashRegular, StopRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { schemaQuery } from "@/shared/api/hunting";
import { problemOf } from "@/shared/api/problem";
import { useTenant } from "@/shared/session/session";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { DetectionRuleDialog } from "./DetectionRuleDialog";
import { diagnosticsOf, shifted } from "./diagnostics";
import type { EditorHandle } from "./KqlEditor";
import { QueryProblem } from "./QueryProblem";
import { Results } from "./Results";
import { SaveHuntDialog } from "./SaveHuntDialog";
import { SchemaPane } from "./SchemaPane";
import { useHunt } from "./useHunt";
import { widerSpan, windowBounds, windowChoice } from "./window";
import { WindowPicker } from "./WindowPicker";

const KqlEditor = lazy(() => import("./KqlEditor"));

const useStyles = makeStyles({
  tools: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "center", flexWrap: "wrap" },
  space: { flexGrow: 1 },
  work: { display: "flex", gap: tokens.spacingHorizontalM, flexGrow: 1, minHeight: 0 },
  right: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, flexGrow: 1, minWidth: 0, minHeight: 0 },
  editor: { height: "clamp(140px, 28vh, 420px)", flexShrink: 0, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, overflow: "hidden", resize: "vertical", backgroundColor: tokens.colorNeutralBackground1 },
});

const route = getRouteApi("/in/tenants/$tenant/hunting");
const STARTER = "// Ctrl+Enter or Shift+Enter runs the query, or the part that you select.\nDeviceProcessEvents\n| where FileName =~ \"powershell.exe\"\n| project Timestamp, DeviceName, AccountName, ProcessCommandLine\n| take 100\n";
const draftKey = (tenant: string) => `huntline.query.${tenant}`;

/** Advanced hunting: write KQL, run it over a window, read the rows, and make evidence of them. */
export function HuntingPage(): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["hunting", "detections", "common"]);
  const { tenant } = route.useParams();
  const { can } = useTenant();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const schema = useQuery(schemaQuery(tenant));
  const editor = useRef<EditorHandle>(null);
  const [text, setText] = useState(() => search.query ?? sessionStorage.getItem(draftKey(tenant)) ?? STARTER);
  const [seen, setSeen] = useState(search.query);
  const [schemaOpen, setSchemaOpen] = useState(() => window.innerWidth > 1100);
  const [saving, setSaving] = useState(false);
  const [detecting, setDetecting] = useState(false);
  const [shift, setShift] = useState(0);
  const hunt = useHunt(tenant);
  if (search.query !== seen) {
    // A link (history, a saved hunt, the back button) brings another query into the same page.
    setSeen(search.query);
    if (search.query !== undefined) setText(search.query);
  }
  const choice = windowChoice(search.window);
  const custom = { start: search.start, end: search.end };

  const type = (next: string) => {
    sessionStorage.setItem(draftKey(tenant), next);
    setText(next);
  };
  const run = (wanted = choice) => {
    const { query, shift: before } = editor.current?.textToRun() ?? { query: text, shift: 0 };
    if (query.trim() === "" || hunt.running) return;
    setSeen(text);
    setShift(before);
    void navigate({ search: { ...search, query: text, window: wanted }, replace: search.query === text });
    hunt.run({ query, ...windowBounds(wanted, custom) });
  };
  const problem = hunt.error ? problemOf(hunt.error) : null;
  const diagnostics = problem ? shifted(diagnosticsOf(problem.errors), shift) : [];
  const wider = widerSpan(choice);

  return (
    <Page title={t("hunting:title")} full>
      <div className={styles.tools} role="toolbar" aria-label={t("hunting:tools")}>
        <Tooltip content={t("hunting:schema.toggle")} relationship="label">
          <Button icon={<PanelLeftRegular />} appearance="subtle" aria-pressed={schemaOpen} onClick={() => setSchemaOpen(!schemaOpen)} />
        </Tooltip>
        {hunt.running ? (
          <Button icon={<StopRegular />} onClick={hunt.cancel}>
            {t("hunting:cancel")}
          </Button>
        ) : (
          <Button icon={<PlayRegular />} appearance="primary" onClick={() => run()}>
            {t("hunting:run")}
          </Button>
        )}
        <WindowPicker choice={choice} custom={custom} onChange={(next) => void navigate({ search: { ...search, ...next }, replace: true })} />
        <span className={styles.space} />
        {can("saved_hunt:manage") && (
          <Button icon={<BookmarkAddRegular />} appearance="subtle" disabled={text.trim() === ""} onClick={() => setSaving(true)}>
            {t("hunting:save")}
          </Button>
        )}
        {can("detection_rule:manage") && (
          <Button icon={<ScanDashRegular />} appearance="subtle" disabled={text.trim() === ""} onClick={() => setDetecting(true)}>
            {t("detections:create")}
          </Button>
        )}
        <CopyButton value={text} label={t("hunting:copyQuery")} />
      </div>
      <div className={styles.work}>
        {schemaOpen && <SchemaPane tables={schema.data?.tables} error={schema.error} onInsert={(name) => editor.current?.insert(name)} />}
        <div className={styles.right}>
          <div className={styles.editor}>
            <Suspense fallback={<Spinner label={t("common:loading")} style={{ height: "100%" }} />}>
              <KqlEditor ref={editor} tenant={tenant} value={text} tables={schema.data?.tables} functions={schema.data?.functions} onChange={type} onRun={() => run()} />
            </Suspense>
          </div>
          {problem &&
            (diagnostics.length > 0 ? (
              <QueryProblem text={text} diagnostics={diagnostics} onShow={(line, column) => editor.current?.reveal(line, column)} onCorrect={type} />
            ) : (
              <ProblemBar error={hunt.error} retry={() => run()} />
            ))}
          <Results
            running={hunt.running}
            result={hunt.result}
            query={hunt.query}
            onWiden={
              wider &&
              (() => {
                run(wider);
              })
            }
          />
        </div>
      </div>
      {detecting && <DetectionRuleDialog query={text} onClose={() => setDetecting(false)} />}
      {saving && <SaveHuntDialog query={text} onClose={() => setSaving(false)} />}
    </Page>
  );
}
