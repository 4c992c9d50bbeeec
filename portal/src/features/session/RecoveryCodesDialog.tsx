import { Spinner, Text } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { allauth } from "@/shared/api/allauth";
import { CodeBlock } from "@/shared/ui/CodeBlock";
import { SecretDialog } from "@/shared/ui/dialogs";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import type { Sensitive } from "./SecondFactors";

/** The codes for the day when the phone is lost. */
export function RecoveryCodesDialog({ run, onClose }: { run: Sensitive; onClose: () => void }): ReactElement {
  const { t } = useTranslation("session");
  const codes = useQuery({ queryKey: ["recovery-codes"], queryFn: () => run(() => allauth("GET", "/account/authenticators/recovery-codes")), gcTime: 0 });
  const unused = codes.data?.data.unused_codes;
  return (
    <SecretDialog open title={t("codes.title")} text={t("codes.text")} onClose={onClose}>
      {codes.isPending && <Spinner />}
      {codes.error && <ProblemBar error={codes.error} />}
      {codes.data && (Array.isArray(unused) ? <CodeBlock text={unused.join("\n")} label={t("codes.title")} /> : <Text>{t("codes.hidden")}</Text>)}
    </SecretDialog>
  );
}
