import { Field, Input, Text } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { allauth } from "@/shared/api/allauth";
import { FormDialog } from "@/shared/ui/dialogs";
import { AuthErrors } from "./AuthErrors";

/** Asks for the password again before a change to how the account is protected. */
export function ReauthenticateDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }): ReactElement {
  const { t } = useTranslation("session");
  const [password, setPassword] = useState("");
  const send = useMutation({
    mutationFn: () => allauth("POST", "/auth/reauthenticate", { password }),
    onSuccess: (answer) => {
      if (answer.status === 200) onDone();
    },
  });
  return (
    <FormDialog open title={t("reauthenticate.title")} submit={t("reauthenticate.submit")} busy={send.isPending || !password} error={send.error} onClose={onClose} onSubmit={() => send.mutate()}>
      <Text>{t("reauthenticate.text")}</Text>
      <AuthErrors errors={send.data?.errors ?? []} />
      <Field label={t("field.password")} required>
        <Input type="password" autoComplete="current-password" value={password} onChange={(_, data) => setPassword(data.value)} />
      </Field>
    </FormDialog>
  );
}
