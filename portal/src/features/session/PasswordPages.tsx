import { Button, Field, Input, MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { allauth } from "@/shared/api/allauth";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { AuthErrors } from "./AuthErrors";
import { GuestFrame } from "./GuestFrame";

/** Asks for the mail with the link; the answer is the same whether or not the address is known. */
export function PasswordRequestPage(): ReactElement {
  const { t } = useTranslation("session");
  const [email, setEmail] = useState("");
  const send = useMutation({
    mutationFn: async () => {
      await allauth("GET", "/config");
      return allauth("POST", "/auth/password/request", { email });
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    send.mutate();
  };
  const sent = send.data !== undefined && send.data.errors.length === 0;
  return (
    <GuestFrame title={t("reset.title")} lead={t("reset.lead")}>
      {send.error && <ProblemBar error={send.error} />}
      <AuthErrors errors={send.data?.errors ?? []} />
      {sent ? (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>{t("reset.sent")}</MessageBarBody>
        </MessageBar>
      ) : (
        <form onSubmit={submit} style={{ display: "contents" }}>
          <Field label={t("field.email")} required>
            <Input type="email" autoComplete="username" value={email} onChange={(_, data) => setEmail(data.value)} />
          </Field>
          <Button type="submit" appearance="primary" size="large" disabled={send.isPending || !email}>
            {t("reset.submit")}
          </Button>
        </form>
      )}
      <TextLink to="/sign-in">{t("reset.back")}</TextLink>
    </GuestFrame>
  );
}

const route = getRouteApi("/account/password/reset/key/$key");

/** The page behind the link of that mail. */
export function PasswordResetPage(): ReactElement {
  const { t } = useTranslation("session");
  const { key } = route.useParams();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const send = useMutation({ mutationFn: () => allauth("POST", "/auth/password/reset", { key, password }) });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    send.mutate();
  };
  // 401 is allauth's way to say: done, now sign in with it.
  const done = send.data !== undefined && (send.data.status === 200 || send.data.status === 401);
  const differ = again !== "" && again !== password;
  return (
    <GuestFrame title={t("newPassword.title")} lead={t("newPassword.lead")}>
      {send.error && <ProblemBar error={send.error} />}
      {done ? (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>{t("newPassword.done")}</MessageBarBody>
        </MessageBar>
      ) : (
        <form onSubmit={submit} style={{ display: "contents" }}>
          <AuthErrors errors={send.data?.errors ?? []} />
          <Field label={t("field.newPassword")} required>
            <Input type="password" autoComplete="new-password" value={password} onChange={(_, data) => setPassword(data.value)} />
          </Field>
          <Field label={t("field.repeatPassword")} required validationMessage={differ ? t("newPassword.differ") : undefined}>
            <Input type="password" autoComplete="new-password" value={again} onChange={(_, data) => setAgain(data.value)} />
          </Field>
          <Button type="submit" appearance="primary" size="large" disabled={send.isPending || !password || again !== password}>
            {t("newPassword.submit")}
          </Button>
        </form>
      )}
      <TextLink to="/sign-in">{t("reset.back")}</TextLink>
    </GuestFrame>
  );
}
