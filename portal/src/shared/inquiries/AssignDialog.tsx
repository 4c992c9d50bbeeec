import { Field, Select, Text, Textarea } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { expertsQuery } from "@/shared/api/desk";
import { assignCase } from "@/shared/api/inquiries";
import { useSession } from "@/shared/session/session";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";

interface AssignDialogProps {
  tenant: string;
  number: string;
  assignedTo: string;
  /** Only who has the case open leaves a note in it. */
  isOpen: boolean;
  onClose: () => void;
}

/** Take a case, give it to somebody of the next shift, or to nobody. */
export function AssignDialog({ tenant, number, assignedTo, isOpen, onClose }: AssignDialogProps): ReactElement {
  const { t } = useTranslation(["inquiries", "common"]);
  const { person } = useSession();
  const queries = useQueryClient();
  const notify = useNotify();
  const experts = useQuery(expertsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const [note, setNote] = useState("");
  // Until somebody chooses: who takes what is nobody's means themselves, who hands on means another.
  const expert = chosen ?? (assignedTo === "" ? (experts.data?.items.find(({ email }) => email === person.email)?.id ?? "") : (experts.data?.items.find(({ email }) => email === assignedTo)?.id ?? ""));
  const assign = useMutation({
    mutationFn: () => assignCase(tenant, number, { expert_id: expert === "" ? null : expert, note: note.trim() }),
    onSuccess: async () => {
      notify(t("inquiries:assign.done"));
      onClose();
      await Promise.all([queries.invalidateQueries({ queryKey: ["tenant", tenant, "inquiries"] }), queries.invalidateQueries({ queryKey: ["provider", "inquiries"] })]);
    },
  });
  return (
    <FormDialog open title={t("inquiries:assign.title", { number })} submit={t("inquiries:assign.action")} busy={assign.isPending || !experts.data} error={assign.error ?? experts.error} onClose={onClose} onSubmit={() => assign.mutate()}>
      <Field label={t("inquiries:assign.expert")}>
        <Select value={expert} onChange={(_, data) => setChosen(data.value)}>
          <option value="">{t("inquiries:assign.nobody")}</option>
          {experts.data?.items.map(({ id, name, email }) => (
            <option key={id} value={id}>
              {email === person.email ? t("inquiries:assign.me", { name }) : `${name} · ${email}`}
            </option>
          ))}
        </Select>
      </Field>
      {isOpen ? (
        <Field label={t("inquiries:assign.note")} hint={t("inquiries:assign.noteHint")}>
          <Textarea value={note} rows={4} onChange={(_, data) => setNote(data.value)} />
        </Field>
      ) : (
        <Text size={200}>{t("inquiries:assign.noNote")}</Text>
      )}
    </FormDialog>
  );
}
