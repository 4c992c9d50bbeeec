import { Field, Input, Textarea } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { saveHunt, savedHuntsQuery } from "@/shared/api/hunting";
import type { SavedHunt } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";

/** Saves a query under a name, or changes the name and description of a saved one. */
export function SaveHuntDialog({ query, hunt, onClose }: { query: string; hunt?: SavedHunt; onClose: () => void }): ReactElement {
  const { t } = useTranslation(["hunting", "common"]);
  const { slug } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const [name, setName] = useState(hunt?.name ?? "");
  const [description, setDescription] = useState(hunt?.description ?? "");
  const save = useMutation({
    mutationFn: () => saveHunt(slug, { name: name.trim(), description: description.trim(), query }, hunt?.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: savedHuntsQuery(slug).queryKey });
      notify(t("hunting:saved.saved"));
      onClose();
    },
  });
  return (
    <FormDialog open title={t(hunt ? "hunting:saved.edit" : "hunting:save")} submit={t("common:action.save")} busy={save.isPending || name.trim() === ""} error={save.error} onClose={onClose} onSubmit={() => save.mutate()}>
      <Field label={t("hunting:saved.name")} required>
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label={t("hunting:saved.description")}>
        <Textarea value={description} onChange={(_, data) => setDescription(data.value)} />
      </Field>
      <CodeBlock text={query} label={t("hunting:editor.label")} />
    </FormDialog>
  );
}
