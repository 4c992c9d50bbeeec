import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Clock16Regular, DismissCircle16Regular, EyeFilled, LockClosed16Regular } from "@fluentui/react-icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { allowAccess, revokeAccess } from "@/shared/api/inquiries";
import type { CaseAccess, InquiryDetail } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";

const useStyles = makeStyles({
  list: { listStyle: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  item: { display: "flex", flexDirection: "column", gap: "2px", overflowWrap: "anywhere" },
  mark: { display: "inline-flex", alignItems: "center", gap: "6px" },
  present: { color: tokens.colorPaletteGreenForeground1, fontWeight: tokens.fontWeightSemibold },
  lasting: { color: tokens.colorBrandForeground1 },
  over: { color: tokens.colorNeutralForeground2 },
  quiet: { color: tokens.colorNeutralForeground2 },
  action: { alignSelf: "flex-start", marginTop: "4px" },
});

type Standing = "present" | "lasting" | "revoked" | "over";

export const standingOf = ({ present, lasting, revoked_by, allowed }: Pick<CaseAccess, "present" | "lasting" | "revoked_by" | "allowed">): Standing =>
  present ? "present" : lasting ? "lasting" : revoked_by !== "" && allowed === null ? "revoked" : "over";

const ICONS: Record<Standing, ReactElement> = { present: <EyeFilled />, lasting: <Clock16Regular />, revoked: <LockClosed16Regular />, over: <DismissCircle16Regular /> };

/** Who of the experts has, or had, this case open, who looks at it now, and the customer's means to end that. */
export function Accesses({ tenant, inquiry: { number, accesses }, expert }: { tenant: string; inquiry: InquiryDetail; expert: boolean }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("inquiries");
  const { can } = useTenant();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["tenant", tenant, "inquiries", number] });
  const revoke = useMutation({ mutationFn: (id: string) => revokeAccess(tenant, number, id), onSuccess });
  const allow = useMutation({ mutationFn: (id: string) => allowAccess(tenant, number, id), onSuccess });
  const mayDecide = !expert && can("security_settings:manage");
  const busy = revoke.isPending || allow.isPending;
  return (
    <Card title={t("access.title")}>
      <Text size={200} className={styles.quiet}>
        {t(expert ? "access.leadExpert" : "access.lead")}
      </Text>
      {(revoke.error ?? allow.error) !== null && <ProblemBar error={revoke.error ?? allow.error} />}
      {accesses.length === 0 && <Text>{t("access.none")}</Text>}
      <ul className={styles.list} aria-live="polite">
        {accesses.map((access) => {
          const standing = standingOf(access);
          return (
            <li key={access.id} className={styles.item}>
              <Text weight="semibold">{access.expert_name}</Text>
              <span className={`${styles.mark} ${styles[standing === "revoked" ? "over" : standing]}`}>
                {ICONS[standing]} {t(`access.standing.${standing}`)}
              </span>
              <Text size={200}>“{access.reason}”</Text>
              <Text size={200} className={styles.quiet}>
                <Time value={access.opened} /> – <Time value={access.closed ?? access.until} />
                {access.revoked_by !== "" && ` · ${t("access.revokedBy", { name: access.revoked_by })}`}
              </Text>
              {mayDecide && (standing === "present" || standing === "lasting") && (
                <Button size="small" className={styles.action} disabled={busy} aria-label={t("access.revokeOne", { name: access.expert_name })} onClick={() => revoke.mutate(access.id)}>
                  {t("access.revoke")}
                </Button>
              )}
              {mayDecide && standing === "revoked" && (
                <Button size="small" className={styles.action} disabled={busy} aria-label={t("access.allowOne", { name: access.expert_name })} onClick={() => allow.mutate(access.id)}>
                  {t("access.allow")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
