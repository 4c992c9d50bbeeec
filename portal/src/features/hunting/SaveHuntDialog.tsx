import { Field, Input, makeStyles, Radio, RadioGroup, Textarea, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { saveHunt, savedHuntsQuery, schemaQuery } from "@/shared/api/hunting";
import type { SavedHunt } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";

const useStyles = makeStyles({ body: { fontFamily: tokens.fontFamilyMonospace, minHeight: "10rem" } });

/** Saves a query, or a function that other queries call, under a name; or changes a saved one. */
export function SaveHuntDialog({ query, hunt, onClose }: { query: string; hunt?: SavedHunt; onClose: () => void }): ReactElement {
  const { t } = useTranslation(["hunting", "common"]);
  const { slug } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const styles = useStyles();
  const [kind, setKind] = useState<SavedHunt["kind"]>(hunt?.kind ?? "query");
  const [parameters, setParameters] = useState(hunt?.parameters ?? "");
  const [body, setBody] = useState(query);
  const [name, setName] = useState(hunt?.name ?? "");
  const [description, setDescription] = useState(hunt?.description ?? "");
  const [reportTitle, setReportTitle] = useState(hunt?.report_title ?? "");
  const [reportText, setReportText] = useState(hunt?.report_text ?? "");
  const [techniques, setTechniques] = useState(hunt?.techniques.join(", ") ?? "");
  const words = { report_title: reportTitle.trim(), report_text: reportText.trim(), techniques: techniques.split(/[\s,]+/).filter(Boolean) };
  const save = useMutation({
    mutationFn: () => saveHunt(slug, { kind, parameters: parameters.trim(), name: name.trim(), description: description.trim(), query: body, ...words }, hunt?.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: savedHuntsQuery(slug).queryKey });
      await queries.invalidateQueries({ queryKey: schemaQuery(slug).queryKey });
      notify(t("hunting:saved.saved"));
      onClose();
    },
  });
  return (
    <FormDialog open title={t(hunt ? "hunting:saved.edit" : "hunting:save")} submit={t("common:action.save")} busy={save.isPending || name.trim() === ""} error={save.error} onClose={onClose} onSubmit={() => save.mutate()}>
      <RadioGroup layout="horizontal" value={kind} aria-label={t("hunting:saved.kind")} onChange={(_, data) => setKind(data.value === "function" ? "function" : "query")}>
        <Radio value="query" label={t("hunting:saved.query")} />
        <Radio value="function" label={t("hunting:saved.function")} />
      </RadioGroup>
      <Field label={t("hunting:saved.name")} hint={kind === "function" ? t("hunting:saved.nameHint") : undefined} required>
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      {kind === "function" && (
        <Field label={t("hunting:saved.parameters")} hint={t("hunting:saved.parametersHint")}>
          <Input value={parameters} spellCheck={false} onChange={(_, data) => setParameters(data.value)} />
        </Field>
      )}
      <Field label={t("hunting:saved.description")}>
        <Textarea value={description} onChange={(_, data) => setDescription(data.value)} />
      </Field>
      {kind === "query" && (
        <>
          <Field label={t("hunting:saved.reportTitle")} hint={t("hunting:saved.reportHint")}>
            <Input value={reportTitle} maxLength={200} onChange={(_, data) => setReportTitle(data.value)} />
          </Field>
          <Field label={t("hunting:saved.reportText")}>
            <Textarea value={reportText} maxLength={2000} onChange={(_, data) => setReportText(data.value)} />
          </Field>
          <Field label={t("hunting:saved.techniques")} hint={t("hunting:saved.techniquesHint")}>
            <Input value={techniques} spellCheck={false} onChange={(_, data) => setTechniques(data.value)} />
          </Field>
        </>
      )}
      {hunt ? (
        <Field label={t("hunting:editor.label")} required>
          <Textarea value={body} spellCheck={false} resize="vertical" textarea={{ className: styles.body }} onChange={(_, data) => setBody(data.value)} />
        </Field>
      ) : (
        <CodeBlock text={body} label={t("hunting:editor.label")} />
      )}
    </FormDialog>
  );
}
