import { Button, Divider, Field, Input } from "@fluentui/react-components";
import { KeyRegular } from "@fluentui/react-icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState, type SyntheticEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { allauth, passkeysSupported, pendingFlow, presentPasskey, type AuthAnswer, type FieldError } from "@/shared/api/allauth";
import { csrfToken } from "@/shared/api/client";
import { isStatus } from "@/shared/api/problem";
import { sessionQuery } from "@/shared/api/session";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { AuthErrors } from "./AuthErrors";
import { GuestFrame } from "./GuestFrame";

const route = getRouteApi("/sign-in");
const CONFLICT = 409;

interface Step {
  /** Null asks for the password; else the kinds of second factor that the account has. */
  factors: string[] | null;
  errors: FieldError[];
}

/** Signs in: password or passkey, then the second factor when the account has one. */
export function SignInPage(): ReactElement {
  const { t } = useTranslation("session");
  const [step, setStep] = useState<Step>({ factors: null, errors: [] });
  const { next } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();

  const follow = (answer: AuthAnswer) => {
    // 409: somebody is signed in already in this browser.
    if (answer.status === 200 || answer.status === CONFLICT) {
      queries.removeQueries({ queryKey: sessionQuery.queryKey });
      router.history.push(next ?? "/");
      return;
    }
    const flow = pendingFlow(answer);
    setStep(flow?.id === "mfa_authenticate" ? { factors: flow.types ?? ["totp"], errors: [] } : { factors: null, errors: answer.errors });
  };

  return step.factors ? <SecondFactor factors={step.factors} onAnswer={follow} /> : <Password errors={step.errors} onAnswer={follow} lead={t("signIn.lead")} />;
}

interface PartProps {
  onAnswer: (answer: AuthAnswer) => void;
}

/** The first request of a fresh browser fetches the CSRF cookie; without it every POST is refused. */
async function withCsrfCookie(): Promise<void> {
  if (!csrfToken()) await allauth("GET", "/config");
}

function Password({ errors, lead, onAnswer }: PartProps & { errors: FieldError[]; lead: string }): ReactElement {
  const { t } = useTranslation("session");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const send = useMutation({
    mutationFn: async () => {
      await withCsrfCookie();
      return allauth("POST", "/auth/login", { email, password });
    },
    onSuccess: onAnswer,
  });
  const passkey = useMutation({
    mutationFn: async () => {
      await withCsrfCookie();
      const { data } = await allauth("GET", "/auth/webauthn/login");
      const credential = await presentPasskey(data.request_options);
      return allauth("POST", "/auth/webauthn/login", { credential });
    },
    onSuccess: onAnswer,
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <GuestFrame title={t("signIn.title")} lead={lead}>
      <form onSubmit={submit} style={{ display: "contents" }}>
        <AuthErrors errors={errors} />
        {send.error && <ProblemBar error={send.error} />}
        {passkey.error && (isStatus(passkey.error, 0) ? <ProblemBar error={passkey.error} /> : <AuthErrors errors={[{ code: "passkey", message: t("passkey.failed") }]} />)}
        <Field label={t("field.email")} required>
          <Input type="email" autoComplete="username webauthn" value={email} onChange={(_, data) => setEmail(data.value)} />
        </Field>
        <Field label={t("field.password")} required>
          <Input type="password" autoComplete="current-password" value={password} onChange={(_, data) => setPassword(data.value)} />
        </Field>
        <Button type="submit" appearance="primary" size="large" disabled={send.isPending || !email || !password}>
          {t("signIn.submit")}
        </Button>
      </form>
      <TextLink to="/account/password/reset">{t("signIn.forgot")}</TextLink>
      {passkeysSupported() && (
        <>
          <Divider>{t("signIn.or")}</Divider>
          <Button icon={<KeyRegular />} size="large" disabled={passkey.isPending} onClick={() => passkey.mutate()}>
            {t("signIn.passkey")}
          </Button>
        </>
      )}
    </GuestFrame>
  );
}

function SecondFactor({ factors, onAnswer }: PartProps & { factors: string[] }): ReactElement {
  const { t } = useTranslation("session");
  const [code, setCode] = useState("");
  const [errors, setErrors] = useState<FieldError[]>([]);
  const follow = (answer: AuthAnswer) => {
    if (answer.status === 400) setErrors(answer.errors);
    else onAnswer(answer);
  };
  const send = useMutation({ mutationFn: () => allauth("POST", "/auth/2fa/authenticate", { code: code.trim() }), onSuccess: follow });
  const passkey = useMutation({
    mutationFn: async () => {
      const { data } = await allauth("GET", "/auth/webauthn/authenticate");
      const credential = await presentPasskey(data.request_options);
      return allauth("POST", "/auth/webauthn/authenticate", { credential });
    },
    onSuccess: follow,
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    send.mutate();
  };
  const byCode = factors.includes("totp") || factors.includes("recovery_codes");
  return (
    <GuestFrame title={t("secondFactor.title")} lead={t("secondFactor.lead")}>
      <AuthErrors errors={errors} />
      {send.error && <ProblemBar error={send.error} />}
      {passkey.error && <AuthErrors errors={[{ code: "passkey", message: t("passkey.failed") }]} />}
      {byCode && (
        <form onSubmit={submit} style={{ display: "contents" }}>
          <Field label={t("field.code")} hint={t("secondFactor.hint")} required>
            {/* The person has just pressed a button to get here: the code is the only thing to type. */}
            {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
            <Input autoFocus inputMode="text" autoComplete="one-time-code" value={code} onChange={(_, data) => setCode(data.value)} />
          </Field>
          <Button type="submit" appearance="primary" size="large" disabled={send.isPending || code.trim() === ""}>
            {t("secondFactor.submit")}
          </Button>
        </form>
      )}
      {factors.includes("webauthn") && passkeysSupported() && (
        <Button icon={<KeyRegular />} size="large" disabled={passkey.isPending} onClick={() => passkey.mutate()}>
          {t("secondFactor.passkey")}
        </Button>
      )}
    </GuestFrame>
  );
}
