import { Field, Input, Text } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { allauth, createPasskey } from "@/shared/api/allauth";
import { ApiError } from "@/shared/api/problem";
import { FormDialog } from "@/shared/ui/dialogs";
import { AuthErrors } from "./AuthErrors";
import type { Sensitive } from "./SecondFactors";

/** Adds a passkey of this device or of a security key, under a name to know it by. */
export function PasskeyDialog({ run, onDone, onClose }: { run: Sensitive; onDone: () => void; onClose: () => void }): ReactElement {
  const { t } = useTranslation("session");
  const [name, setName] = useState("");
  const send = useMutation({
    mutationFn: async () => {
      const { data, status, errors } = await run(() => allauth("GET", "/account/authenticators/webauthn?passwordless"));
      if (status !== 200) return { status, data, errors, meta: {} };
      const credential = await createPasskey(data.creation_options);
      return run(() => allauth("POST", "/account/authenticators/webauthn", { name: name.trim(), credential }));
    },
    onSuccess: (answer) => {
      if (answer.status === 200) onDone();
    },
  });
  const refused = send.error instanceof ApiError ? send.error : undefined;
  return (
    <FormDialog open title={t("passkey.add")} submit={t("passkey.submit")} busy={send.isPending || name.trim() === ""} error={refused} onClose={onClose} onSubmit={() => send.mutate()}>
      <Text>{t("passkey.steps")}</Text>
      <AuthErrors errors={send.data?.errors ?? []} />
      {send.error && !refused && <AuthErrors errors={[{ code: "passkey", message: t("passkey.failed") }]} />}
      <Field label={t("field.passkeyName")} required>
        <Input value={name} onChange={(_, data) => setName(data.value)} placeholder={t("passkey.example")} />
      </Field>
    </FormDialog>
  );
}
