import { Field, Select, Text, Textarea } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { saveDraft, tenantDraftsQuery } from "@/shared/api/drafts";
import { captureEvidence } from "@/shared/api/evidence";
import { useTenant } from "@/shared/session/session";
import { FormDialog } from "@/shared/ui/dialogs";

/** Freezes the chosen rows as evidence, and puts it into a new draft or one that is being written. */
export function DraftDialog({ huntId, rows, onClose }: { huntId: string; rows: number[]; onClose: () => void }): ReactElement {
  const { t } = useTranslation("hunting");
  const { slug } = useTenant();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const drafts = useQuery(tenantDraftsQuery(slug));
  const [note, setNote] = useState("");
  const [target, setTarget] = useState("");
  const open = drafts.data?.items.filter(({ state }) => state === "draft" || state === "returned") ?? [];
  const capture = useMutation({
    mutationFn: async () => {
      const evidence = await captureEvidence(slug, { hunt_id: huntId, rows, note: note.trim(), techniques: [] });
      const draft = open.find(({ id }) => id === target);
      if (!draft) {
        await navigate({ to: "/tenants/$tenant/drafts/new", params: { tenant: slug }, search: { evidence: evidence.id } });
        return;
      }
      const { title, severity, category, summary, what_happened, recommended_steps, techniques, evidence_ids, disclosure, change_note } = draft;
      const content = { title, severity, category, summary, what_happened, recommended_steps, techniques, disclosure, change_note };
      await saveDraft(slug, draft.id, { ...content, revision: draft.revision, evidence_ids: [...evidence_ids, evidence.id] });
      await queries.invalidateQueries({ queryKey: ["tenant", slug, "drafts"] });
      await navigate({ to: "/tenants/$tenant/drafts/$draftId", params: { tenant: slug, draftId: draft.id } });
    },
  });
  return (
    <FormDialog open title={t("draft.start")} submit={t("draft.capture")} busy={capture.isPending} error={capture.error} onClose={onClose} onSubmit={() => capture.mutate()}>
      <Text>{t("draft.text", { count: rows.length })}</Text>
      {open.length > 0 && (
        <Field label={t("draft.target")}>
          <Select value={target} onChange={(_, data) => setTarget(data.value)}>
            <option value="">{t("draft.new")}</option>
            {open.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field label={t("draft.note")} hint={t("draft.noteHint")}>
        <Textarea value={note} onChange={(_, data) => setNote(data.value)} />
      </Field>
    </FormDialog>
  );
}
