import { Field, Input, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { attemptsQuery, sendTestMail } from "@/shared/api/settings";
import type { EmailRule } from "@/shared/api/types";
import { useSession, useTenant } from "@/shared/session/session";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";

export function TestMailDialog({ rule, onClose }: { rule: EmailRule; onClose: () => void }): ReactElement {
  const { t } = useTranslation("emailRules");
  const { slug } = useTenant();
  const { person } = useSession();
  const queries = useQueryClient();
  const notify = useNotify();
  const [recipient, setRecipient] = useState(rule.recipients[0] ?? person.email);
  const send = useMutation({
    mutationFn: () => sendTestMail(slug, rule.id, recipient.trim()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: attemptsQuery(slug, rule.id).queryKey });
      notify(t("test.sent"));
      onClose();
    },
  });
  return (
    <FormDialog open title={t("test.title")} submit={t("test.title")} busy={send.isPending || recipient.trim() === ""} error={send.error} onClose={onClose} onSubmit={() => send.mutate()}>
      <Text>{t("test.text")}</Text>
      <Field label={t("test.recipient")} required>
        <Input type="email" value={recipient} onChange={(_, data) => setRecipient(data.value)} />
      </Field>
    </FormDialog>
  );
}
