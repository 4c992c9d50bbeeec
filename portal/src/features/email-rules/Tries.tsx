import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { RuleMail } from "@/shared/api/types";
import { Time } from "@/shared/ui/Time";

/** Each try with the mail server's own answer, which is the proof of delivery. */
export function Tries({ attempts, next }: { attempts: RuleMail["attempts"]; next: string | null }): ReactElement {
  const { t } = useTranslation("emailRules");
  return (
    <>
      {attempts.map(({ at, outcome, code, answer, server }) => (
        <div key={at}>
          <Time value={at} /> · {t(`attempts.outcome.${outcome}`)} {code} {answer} {server && `(${server})`}
        </div>
      ))}
      {next && (
        <div>
          {t("attempts.next")} <Time value={next} />
        </div>
      )}
      {attempts.length === 0 && !next && "–"}
    </>
  );
}
