import { Field, Input, makeStyles, Spinner, Text } from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { encode } from "uqr";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { allauth } from "@/shared/api/allauth";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { FormDialog } from "@/shared/ui/dialogs";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { AuthErrors } from "./AuthErrors";
import type { Sensitive } from "./SecondFactors";

const useStyles = makeStyles({ code: { alignSelf: "center", backgroundColor: "#fff", padding: "12px", borderRadius: "8px", lineHeight: 0 } });

function QrCode({ text, label }: { text: string; label: string }): ReactElement {
  const styles = useStyles();
  const { size, data } = encode(text, { ecc: "M", border: 0 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <span className={styles.code}>
      <svg width="184" height="184" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
        <path d={path} fill="#000" />
      </svg>
    </span>
  );
}

/** Shows the secret as a QR code and as text, and turns the second factor on with a first code. */
export function TotpDialog({ run, onDone, onClose }: { run: Sensitive; onDone: () => void; onClose: () => void }): ReactElement {
  const { t } = useTranslation("session");
  const [code, setCode] = useState("");
  // A 404 with the secret in `meta` is allauth's answer for "not activated yet".
  const secret = useQuery({ queryKey: ["totp-secret"], queryFn: () => run(() => allauth("GET", "/account/authenticators/totp")), gcTime: 0, staleTime: Infinity });
  const send = useMutation({
    mutationFn: () => run(() => allauth("POST", "/account/authenticators/totp", { code: code.trim() })),
    onSuccess: (answer) => {
      if (answer.status === 200) onDone();
    },
  });
  return (
    <FormDialog open title={t("totp.activate")} submit={t("totp.submit")} busy={send.isPending || code.trim() === ""} error={send.error} onClose={onClose} onSubmit={() => send.mutate()}>
      <Text>{t("totp.steps")}</Text>
      {secret.isPending && <Spinner />}
      {secret.error && <ProblemBar error={secret.error} />}
      {secret.data && (
        <>
          <QrCode text={String(secret.data.meta.totp_url)} label={t("totp.qr")} />
          <CodeBlock text={String(secret.data.meta.secret)} label={t("totp.secret")} />
        </>
      )}
      <AuthErrors errors={send.data?.errors ?? []} />
      <Field label={t("field.code")} required>
        <Input inputMode="numeric" autoComplete="one-time-code" value={code} onChange={(_, data) => setCode(data.value)} />
      </Field>
    </FormDialog>
  );
}
