import { Button, Field, Input, makeStyles, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Select, Textarea, tokens } from "@fluentui/react-components";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, type ReactElement, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { askExperts, readinessQuery } from "@/shared/api/inquiries";
import { problemOf } from "@/shared/api/problem";
import type { InquiryDetail, InquirySubject, Subscription } from "@/shared/api/types";
import { LANGUAGE_NAMES, LANGUAGES } from "@/shared/i18n";
import { subjectKey } from "@/shared/inquiries/subjects";
import { caseTitle } from "@/shared/inquiries/topic";
import { INQUIRY_CATEGORIES, VERDICTS } from "@/shared/inquiries/vocabulary";
import { oneOf } from "@/shared/url/search";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { TextLink } from "@/shared/ui/TextLink";
import { ContactsField } from "./ContactsField";
import { inputOf, isComplete, missingSubjects, movedTo, withSubject, type Draft, type InView } from "./draft";
import { SampleQuestions } from "./SampleQuestions";
import { startedWith, type Sample } from "./samples";
import { SubjectsField } from "./SubjectsField";
import { SubscriptionHead } from "./SubscriptionHead";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  row: { display: "grid", gridTemplateColumns: "1fr 1fr", gap: tokens.spacingHorizontalM, alignItems: "start", "@media (max-width: 640px)": { gridTemplateColumns: "1fr" } },
  list: { margin: 0, paddingLeft: "18px" },
  send: { position: "sticky", bottom: 0, display: "flex", gap: tokens.spacingHorizontalS, justifyContent: "flex-end", padding: "12px 0 20px", zIndex: 1, backgroundColor: tokens.colorNeutralBackground1, borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  referral: { flexShrink: 0 },
});

const OWN_INTELLIGENCE = "own_threat_intelligence";

interface ConsultFormProps {
  tenant: string;
  subscription: Subscription;
  inView: InView;
  draft: Draft;
  onChange: (draft: Draft) => void;
  onCancel: () => void;
  onSent: (inquiry: InquiryDetail) => void;
}

/** A question to the experts, about what is in view. What cannot be asked is said before anybody writes. */
export function ConsultForm({ tenant, subscription, inView, draft, onChange, onCancel, onSent }: ConsultFormProps): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["consult", "inquiries", "common"]);
  const queries = useQueryClient();
  const readiness = useQuery({ ...readinessQuery(tenant, draft.subjects), placeholderData: keepPreviousData });
  const sending = useRef(false);
  const ask = useMutation({
    mutationFn: () => askExperts(tenant, inputOf(draft)),
    onSuccess: async (inquiry) => {
      onSent(inquiry);
      await queries.invalidateQueries({ queryKey: ["tenant", tenant, "inquiries"] });
    },
    onSettled: () => {
      sending.current = false;
    },
  });
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  const labels = new Map(readiness.data?.subjects.map((one) => [subjectKey(one), one.label]));
  const first = draft.subjects[0];
  const begin = (sample: Sample) =>
    set({ category: sample.category, text: startedWith(draft.text, t(`consult:samples.text.${sample.key}`, { subject: first ? first.label || (labels.get(subjectKey(first)) ?? first.reference) : "…" })) });
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    // A second press before the first answer would be a second case.
    if (sending.current) return;
    sending.current = true;
    ask.mutate();
  };
  const refused = readiness.error;
  return (
    <form className={styles.form} onSubmit={send}>
      <SubscriptionHead subscription={subscription} readiness={readiness.data} />
      {draft.page !== inView.href && (
        <MessageBar intent="info" layout="multiline" style={{ flexShrink: 0 }}>
          <MessageBarBody>{t("consult:otherPage")}</MessageBarBody>
          <MessageBarActions>
            <Button onClick={() => onChange(movedTo(draft, inView))}>{t("consult:takeOver")}</Button>
          </MessageBarActions>
        </MessageBar>
      )}
      <Field label={t("consult:topic")} hint={t("consult:topicHint")} required>
        <Input value={draft.topic} maxLength={1000} onChange={(_, data) => set({ topic: data.value })} />
      </Field>
      <SubjectsField
        subjects={draft.subjects}
        offers={missingSubjects(draft, inView.subjects)}
        labels={labels}
        onAdd={(subject: InquirySubject) => onChange(withSubject(draft, subject))}
        onRemove={(subject: InquirySubject) => set({ subjects: draft.subjects.filter((one) => subjectKey(one) !== subjectKey(subject)) })}
      />
      {refused && <Refusal error={refused} />}
      {!refused && readiness.data && readiness.data.before.length > 0 && <AskedBefore tenant={tenant} before={readiness.data.before} />}
      <div className={styles.row}>
        <Field label={t("consult:category")}>
          <Select value={draft.category} onChange={(_, data) => set({ category: oneOf(data.value, INQUIRY_CATEGORIES) ?? draft.category })}>
            {INQUIRY_CATEGORIES.map((value) => (
              <option key={value} value={value}>
                {t(`inquiries:category.${value}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("consult:ownVerdict")}>
          <Select value={draft.own_verdict} onChange={(_, data) => set({ own_verdict: oneOf(data.value, VERDICTS) ?? draft.own_verdict })}>
            {VERDICTS.map((value) => (
              <option key={value} value={value}>
                {t(`inquiries:verdict.${value}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <div>
        <Field label={t("consult:text")} hint={t("consult:textHint")} required>
          <Textarea value={draft.text} resize="vertical" rows={8} maxLength={50_000} onChange={(_, data) => set({ text: data.value })} />
        </Field>
        <SampleQuestions category={draft.category} onChoose={begin} />
      </div>
      <div className={styles.row}>
        <Field label={t("consult:email")} required>
          <Input type="email" value={draft.reply_email} onChange={(_, data) => set({ reply_email: data.value })} />
        </Field>
        <Field label={t("consult:language")}>
          <Select value={draft.language} onChange={(_, data) => set({ language: oneOf(data.value, LANGUAGES) ?? draft.language })}>
            {LANGUAGES.map((language) => (
              <option key={language} value={language} lang={language}>
                {LANGUAGE_NAMES[language]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <ContactsField contacts={draft.contacts} onChange={(contacts) => set({ contacts })} />
      {ask.error && <ProblemBar error={ask.error} />}
      <div className={styles.send}>
        <Button onClick={onCancel}>{t("common:action.cancel")}</Button>
        <Button appearance="primary" type="submit" disabled={!isComplete(draft) || refused !== null || ask.isPending}>
          {t("consult:send")}
        </Button>
      </div>
    </form>
  );
}

/** What the server does not take. About the organisation's own threat intelligence it refers to the organisation's own team. */
function Refusal({ error }: { error: unknown }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("consult");
  const problem = problemOf(error);
  if (problem.code !== OWN_INTELLIGENCE) return <ProblemBar error={error} />;
  return (
    <MessageBar intent="warning" layout="multiline" role="alert" className={styles.referral}>
      <MessageBarBody>
        <MessageBarTitle>{t("referral")}</MessageBarTitle>
        {problem.detail}
      </MessageBarBody>
    </MessageBar>
  );
}

function AskedBefore({ tenant, before }: { tenant: string; before: readonly { number: string; topic: string; about: string }[] }): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation("consult");
  return (
    <MessageBar intent="info" layout="multiline" className={styles.referral}>
      <MessageBarBody>
        {t("before")}
        <ul className={styles.list}>
          {before.slice(0, 5).map((inquiry) => (
            <li key={inquiry.number}>
              <TextLink to="/tenants/$tenant/inquiries/$number" params={{ tenant, number: inquiry.number }}>
                {inquiry.number} · {caseTitle(inquiry)}
              </TextLink>
            </li>
          ))}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
