import { Badge, Button, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { KeyRegular, PhoneKeyRegular, ShieldKeyholeRegular } from "@fluentui/react-icons";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { allauth, listAuthenticators, needsReauthentication, passkeysSupported, type AuthAnswer } from "@/shared/api/allauth";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { PasskeyDialog } from "./PasskeyDialog";
import { ReauthenticateDialog } from "./ReauthenticateDialog";
import { RecoveryCodesDialog } from "./RecoveryCodesDialog";
import { TotpDialog } from "./TotpDialog";

const useStyles = makeStyles({
  row: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalM, padding: "10px 0", borderTop: `1px solid ${tokens.colorNeutralStroke3}` },
  icon: { fontSize: "24px", lineHeight: 0, color: tokens.colorBrandForeground1 },
  words: { display: "flex", flexDirection: "column", flexGrow: 1, minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground2 },
  head: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS },
});

const authenticatorsQuery = queryOptions({ queryKey: ["authenticators"], queryFn: listAuthenticators });
const MS = 1000;
const stamp = (seconds: number) => new Date(seconds * MS).toISOString();

/** Runs sensitive calls; when the server wants to see the password first, asks for it and runs the call again. */
function useSensitive() {
  const [settle, setSettle] = useState<((shown: boolean) => void) | null>(null);
  const run = async (call: () => Promise<AuthAnswer>): Promise<AuthAnswer> => {
    const answer = await call();
    if (!needsReauthentication(answer)) return answer;
    const shown = await new Promise<boolean>((resolve) => setSettle(() => resolve));
    return shown ? call() : answer;
  };
  const finish = (shown: boolean) => {
    settle?.(shown);
    setSettle(null);
  };
  const dialog = settle && <ReauthenticateDialog onDone={() => finish(true)} onClose={() => finish(false)} />;
  return { run, dialog };
}

export type Sensitive = ReturnType<typeof useSensitive>["run"];

function Factor({ icon, title, text, children }: { icon: ReactNode; title: ReactNode; text: ReactNode; children: ReactNode }): ReactElement {
  const styles = useStyles();
  return (
    <div className={styles.row}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <div className={styles.words}>
        <span className={styles.head}>{title}</span>
        <Text size={200} className={styles.quiet}>
          {text}
        </Text>
      </div>
      {children}
    </div>
  );
}

/** Authenticator app, passkeys and recovery codes of the signed-in person. */
export function SecondFactors(): ReactElement {
  const { t } = useTranslation(["session", "common"]);
  const queries = useQueryClient();
  const notify = useNotify();
  const list = useQuery(authenticatorsQuery);
  const { run, dialog } = useSensitive();
  const [open, setOpen] = useState<"totp" | "passkey" | "codes" | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: authenticatorsQuery.queryKey });
  const remove = useMutation({
    mutationFn: (what: { path: string; body?: unknown }) => run(() => allauth("DELETE", what.path, what.body)),
    onSuccess: async () => {
      await refresh();
      notify(t("session:factor.removed"));
    },
  });
  const finish = async (message: string) => {
    setOpen(null);
    await refresh();
    notify(message);
  };
  if (list.isPending) return <Spinner label={t("common:loading")} />;
  if (list.error) return <ProblemBar error={list.error} retry={() => void list.refetch()} />;
  const totp = list.data.find(({ type }) => type === "totp");
  const codes = list.data.find(({ type }) => type === "recovery_codes");
  const passkeys = list.data.filter(({ type }) => type === "webauthn");
  return (
    <Card title={t("session:factor.title")}>
      <Text>{t("session:factor.lead")}</Text>
      {remove.error && <ProblemBar error={remove.error} />}
      <div>
        <Factor
          icon={<PhoneKeyRegular />}
          title={
            <>
              <Text weight="semibold">{t("session:totp.title")}</Text>
              {totp && <Badge color="success">{t("session:factor.on")}</Badge>}
            </>
          }
          text={t("session:totp.text")}
        >
          {totp ? (
            <Button onClick={() => remove.mutate({ path: "/account/authenticators/totp" })}>{t("session:totp.remove")}</Button>
          ) : (
            <Button onClick={() => setOpen("totp")}>{t("session:totp.activate")}</Button>
          )}
        </Factor>
        <Factor icon={<KeyRegular />} title={<Text weight="semibold">{t("session:passkey.title")}</Text>} text={t("session:passkey.text")}>
          {passkeysSupported() && <Button onClick={() => setOpen("passkey")}>{t("session:passkey.add")}</Button>}
        </Factor>
        {passkeys.map(({ id, name, created_at, last_used_at }) => (
          <Factor
            key={id}
            icon={null}
            title={<Text>{name}</Text>}
            text={
              <>
                {t("session:passkey.added")} <Time value={stamp(created_at)} />
                {last_used_at !== null && (
                  <>
                    {" · "}
                    {t("session:passkey.used")} <Time value={stamp(last_used_at)} ago />
                  </>
                )}
              </>
            }
          >
            <Button onClick={() => remove.mutate({ path: "/account/authenticators/webauthn", body: { authenticators: [id] } })} aria-label={t("session:passkey.remove", { name })}>
              {t("common:action.remove")}
            </Button>
          </Factor>
        ))}
        {codes && (
          <Factor icon={<ShieldKeyholeRegular />} title={<Text weight="semibold">{t("session:codes.title")}</Text>} text={t("session:codes.left", { count: codes.unused_code_count ?? 0, total: codes.total_code_count })}>
            <Button onClick={() => setOpen("codes")}>{t("session:codes.show")}</Button>
          </Factor>
        )}
      </div>
      {open === "totp" && <TotpDialog run={run} onClose={() => setOpen(null)} onDone={() => void finish(t("session:totp.done"))} />}
      {open === "passkey" && <PasskeyDialog run={run} onClose={() => setOpen(null)} onDone={() => void finish(t("session:passkey.done"))} />}
      {open === "codes" && <RecoveryCodesDialog run={run} onClose={() => setOpen(null)} />}
      {dialog}
    </Card>
  );
}
