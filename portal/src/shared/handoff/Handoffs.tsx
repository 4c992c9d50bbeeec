import { Badge, Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { ArrowDownloadRegular, DismissCircleRegular } from "@fluentui/react-icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { handoffFile, handoffsQuery, withdrawHandoff } from "@/shared/api/handoffs";
import type { Handoff, HandoffSubject } from "@/shared/api/types";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { FormDialog } from "@/shared/ui/dialogs";
import { Facts } from "@/shared/ui/Facts";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { NotResponse } from "./NotResponse";

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: "none", display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  one: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, ":not(:first-child)": { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalL } },
  head: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS, flexWrap: "wrap" },
  receipts: { margin: 0, paddingLeft: "18px" },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

/** What was handed over of an incident or a notification: to whom, when, and who took it. Nothing where nothing was. */
export function Handoffs({ about }: { about: HandoffSubject }): ReactElement | null {
  const styles = useStyles();
  const { t } = useTranslation("handoff");
  const { slug, can } = useTenant();
  const [withdrawing, setWithdrawing] = useState<Handoff | null>(null);
  const list = useQuery({ ...handoffsQuery(slug, about), enabled: can("alert:read") });
  if (list.error) return <ProblemBar error={list.error} retry={() => void list.refetch()} />;
  if (!list.data || list.data.total === 0) return null;
  return (
    <Card title={t("given")}>
      <NotResponse responders={list.data.responders} />
      <ul className={styles.list}>
        {list.data.items.map((handoff) => (
          <li key={handoff.id} className={styles.one}>
            <OneHandoff handoff={handoff} onWithdraw={() => setWithdrawing(handoff)} />
          </li>
        ))}
      </ul>
      {withdrawing && <WithdrawDialog about={about} handoff={withdrawing} onClose={() => setWithdrawing(null)} />}
    </Card>
  );
}

function OneHandoff({ handoff, onWithdraw }: { handoff: Handoff; onWithdraw: () => void }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("handoff");
  const { slug, can } = useTenant();
  const name = [handoff.recipient_name, handoff.recipient_organization].filter(Boolean).join(", ");
  return (
    <>
      <div className={styles.head}>
        <Text weight="semibold">{name}</Text>
        <State handoff={handoff} />
        {handoff.can_be_opened && (
          <Button as="a" size="small" icon={<ArrowDownloadRegular />} href={handoffFile(slug, handoff.id)} download aria-label={t("downloadFor", { name })}>
            {t("download")}
          </Button>
        )}
        {can("handoff:make") && handoff.state !== "withdrawn" && (
          <Button size="small" appearance="subtle" icon={<DismissCircleRegular />} onClick={onWithdraw} aria-label={t("withdrawFor", { name })}>
            {t("withdraw")}
          </Button>
        )}
      </div>
      <Facts
        facts={[
          [t("recipient.email"), handoff.recipient_email],
          [t("madeBy"), <span key="made">{handoff.made_by} · <Time value={handoff.created} /></span>],
          [t("expires"), handoff.can_be_opened ? <Time key="expires" value={handoff.expires} /> : null],
          [t("withdrawnBy"), handoff.withdrawn ? <span key="withdrawn">{handoff.withdrawn_by} · <Time value={handoff.withdrawn} /></span> : null],
          [t("failed"), handoff.state === "failed" ? handoff.error_code : null],
          [t("notMade"), handoff.not_made.join(", ")],
          [t("sha256"), handoff.sha256 ? <span key="hash" className={styles.code}>{handoff.sha256}</span> : null],
          [t("fingerprint"), handoff.fingerprint ? <span key="print" className={styles.code}>{handoff.fingerprint}</span> : null],
          [t("receipts"), handoff.state === "making" ? null : <Receipts key="receipts" handoff={handoff} />],
        ]}
      />
    </>
  );
}

function Receipts({ handoff: { receipts } }: { handoff: Handoff }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("handoff");
  if (receipts.length === 0) return <>{t("unopened")}</>;
  return (
    <ul className={styles.receipts}>
      {receipts.map(({ at, address, client }, index) => (
        <li key={index}>
          <Time value={at} /> · {[address, client].filter(Boolean).join(" · ")}
        </li>
      ))}
    </ul>
  );
}

const COLOURS = { making: "informative", ready: "success", failed: "danger", withdrawn: "subtle", expired: "subtle" } as const;

function State({ handoff }: { handoff: Handoff }): ReactElement {
  const { t } = useTranslation("handoff");
  const state = handoff.state === "ready" && !handoff.can_be_opened ? "expired" : handoff.state;
  return (
    <Badge appearance="tint" color={COLOURS[state]}>
      {t(`state.${state}`)}
    </Badge>
  );
}

function WithdrawDialog({ about, handoff, onClose }: { about: HandoffSubject; handoff: Handoff; onClose: () => void }): ReactElement {
  const { t } = useTranslation("handoff");
  const { slug } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const withdraw = useMutation({
    mutationFn: () => withdrawHandoff(slug, handoff.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: handoffsQuery(slug, about).queryKey });
      notify(t("withdrawn"));
      onClose();
    },
  });
  return (
    <FormDialog open title={t("withdrawTitle")} submit={t("withdraw")} busy={withdraw.isPending} error={withdraw.error} onClose={onClose} onSubmit={() => withdraw.mutate()}>
      <Text>{t("withdrawText", { name: handoff.recipient_name })}</Text>
    </FormDialog>
  );
}
