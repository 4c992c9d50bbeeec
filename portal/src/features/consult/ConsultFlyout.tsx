import { Button, DrawerBody, DrawerHeader, DrawerHeaderTitle, makeStyles, OverlayDrawer, Spinner, tokens } from "@fluentui/react-components";
import { CheckmarkCircleRegular, DismissRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { subscriptionQuery } from "@/shared/api/desk";
import type { InquiryDetail, Subscription } from "@/shared/api/types";
import { LANGUAGES } from "@/shared/i18n";
import { useConsultation, useConsultationState } from "@/shared/inquiries/consultation";
import { NotResponse } from "@/shared/inquiries/NotResponse";
import { pageSubject } from "@/shared/inquiries/subjects";
import { useSession } from "@/shared/session/session";
import { oneOf } from "@/shared/url/search";
import { Empty } from "@/shared/ui/Empty";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { Time } from "@/shared/ui/Time";
import { ConsultForm } from "./ConsultForm";
import { draftKey, dropDraft, keepDraft, keptDraft, newDraft, withSubject, type Draft, type InView } from "./draft";
import { mayAsk, SubscriptionHead } from "./SubscriptionHead";

const useStyles = makeStyles({
  drawer: { width: "min(600px, 100vw)" },
  // The buttons stand at the very end; nothing shows through below them.
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, ":last-child": { paddingBottom: 0 } },
});

/** What stands behind the flyout: its address and what it shows; a page that shows no one thing is itself the subject. */
function useInView(tenant: string): InView {
  const { subjects } = useConsultationState();
  const path = useRouterState({ select: ({ location }) => location.href });
  const href = new URL(path, window.location.origin).href;
  const page = subjects.length > 0 ? null : pageSubject(tenant, href, document.title.replace(/ · Huntline$/, ""));
  return { href, subjects: page ? [page] : subjects };
}

/** Consult a threat expert, over the page in view, which stays in view and in use. */
export function ConsultFlyout({ tenant }: { tenant: string }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["consult", "common"]);
  const { close } = useConsultation();
  const subscription = useQuery(subscriptionQuery(tenant));
  const [sent, setSent] = useState<InquiryDetail | null>(null);
  return (
    <OverlayDrawer open modalType="non-modal" position="end" className={styles.drawer} onOpenChange={(_, data) => !data.open && close()}>
      <DrawerHeader>
        <DrawerHeaderTitle action={<Button appearance="subtle" icon={<DismissRegular />} aria-label={t("common:action.close")} onClick={close} />}>{t("consult:title")}</DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.body}>
        {sent ? (
          <Sent tenant={tenant} inquiry={sent} onClose={close} />
        ) : (
          <>
            <NotResponse />
            {subscription.isPending && <Spinner label={t("common:loading")} />}
            {subscription.error && <ProblemBar error={subscription.error} retry={() => void subscription.refetch()} />}
            {subscription.data && (mayAsk(subscription.data) ? <Asking tenant={tenant} subscription={subscription.data} onSent={setSent} /> : <SubscriptionHead subscription={subscription.data} readiness={undefined} />)}
          </>
        )}
      </DrawerBody>
    </OverlayDrawer>
  );
}

function Asking({ tenant, subscription, onSent }: { tenant: string; subscription: Subscription; onSent: (inquiry: InquiryDetail) => void }): ReactElement {
  const { i18n } = useTranslation();
  const { person } = useSession();
  const { close } = useConsultation();
  const { about } = useConsultationState();
  const inView = useInView(tenant);
  const key = draftKey(tenant, person.id);
  const [draft, setDraft] = useState<Draft>(() => {
    const kept = keptDraft(key);
    if (about === null) return kept ?? newDraft(inView, person.email, oneOf(i18n.language, LANGUAGES) ?? "en");
    return kept ? withSubject(kept, about) : withSubject(newDraft({ ...inView, subjects: [about, ...inView.subjects] }, person.email, oneOf(i18n.language, LANGUAGES) ?? "en"), about);
  });
  const change = (next: Draft) => {
    keepDraft(key, next);
    setDraft(next);
  };
  const finish = (inquiry: InquiryDetail) => {
    dropDraft(key);
    onSent(inquiry);
  };
  return <ConsultForm tenant={tenant} subscription={subscription} inView={inView} draft={draft} onChange={change} onCancel={close} onSent={finish} />;
}

function Sent({ tenant, inquiry, onClose }: { tenant: string; inquiry: InquiryDetail; onClose: () => void }): ReactElement {
  const { t } = useTranslation(["consult", "common"]);
  return (
    <div role="status">
      <Empty
        icon={<CheckmarkCircleRegular />}
        title={t("consult:sent.title", { number: inquiry.number })}
        text={
          <>
            {t("consult:sent.text", { email: inquiry.reply_email })}
            {inquiry.promised && (
              <>
                {" "}
                {t("consult:sent.promised")} <Time value={inquiry.promised} />
              </>
            )}
          </>
        }
        action={
          <TextLink to="/tenants/$tenant/inquiries/$number" params={{ tenant, number: inquiry.number }} onClick={onClose}>
            {t("consult:sent.open", { number: inquiry.number })}
          </TextLink>
        }
      />
    </div>
  );
}
