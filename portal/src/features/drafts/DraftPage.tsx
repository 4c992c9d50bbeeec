import { Badge, Button, Field, MessageBar, MessageBarBody, MessageBarTitle, Spinner, Text, Textarea } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { deleteDraft, draftQuery, publishDraft, returnDraft, saveDraft, submitDraft } from "@/shared/api/drafts";
import type { Draft } from "@/shared/api/types";
import { Techniques } from "@/shared/incidents/Techniques";
import { useTenant } from "@/shared/session/session";
import { Card } from "@/shared/ui/Card";
import { FormDialog } from "@/shared/ui/dialogs";
import { Facts } from "@/shared/ui/Facts";
import { CategoryName, SeverityMark } from "@/shared/ui/marks";
import { Page } from "@/shared/ui/Page";
import { ProblemBar } from "@/shared/ui/ProblemBar";
import { Prose } from "@/shared/ui/Prose";
import { Steps } from "@/shared/ui/Steps";
import { Time } from "@/shared/ui/Time";
import { useNotify } from "@/shared/ui/toasts";
import { contentOf } from "./content";
import { DraftForm, EvidenceSlot } from "./DraftForm";
import { isOpen, STATE_COLORS, useDraftState } from "./states";

const route = getRouteApi("/in/tenants/$tenant/drafts/$draftId");

/** One draft: the author writes and submits it, a second person reads it and publishes or returns it. */
export function DraftPage(): ReactElement {
  const { t } = useTranslation(["drafts", "common"]);
  const { tenant, draftId } = route.useParams();
  const draft = useQuery({ ...draftQuery(tenant, draftId), refetchOnWindowFocus: false });
  const { can } = useTenant();
  if (draft.error) {
    return (
      <Page title={t("drafts:one")} crumbs={[{ text: t("drafts:title"), link: { to: "/provider/drafts" } }, { text: t("drafts:one") }]}>
        <ProblemBar error={draft.error} retry={() => void draft.refetch()} />
      </Page>
    );
  }
  if (!draft.data) return <Spinner label={t("common:loading")} style={{ marginTop: 80 }} />;
  return isOpen(draft.data.state) && can("draft:write") ? <Writing key={draft.data.updated} draft={draft.data} /> : <Reading draft={draft.data} />;
}

function useAfterChange() {
  const { tenant, draftId } = route.useParams();
  const queries = useQueryClient();
  return async (draft?: Draft) => {
    if (draft) queries.setQueryData(draftQuery(tenant, draftId).queryKey, draft);
    await queries.invalidateQueries({ queryKey: ["provider"] });
    await queries.invalidateQueries({ queryKey: ["tenant", tenant, "drafts"] });
  };
}

function StateMark({ state }: Pick<Draft, "state">): ReactElement {
  const name = useDraftState();
  return (
    <Badge appearance="tint" size="large" color={STATE_COLORS[state]}>
      {name(state)}
    </Badge>
  );
}

function Writing({ draft }: { draft: Draft }): ReactElement {
  const { t } = useTranslation(["drafts", "common"]);
  const { tenant, draftId } = route.useParams();
  const navigate = useNavigate();
  const notify = useNotify();
  const afterChange = useAfterChange();
  const [content, setContent] = useState(() => contentOf(draft));
  const [deleting, setDeleting] = useState(false);
  const save = useMutation({
    mutationFn: () => saveDraft(tenant, draftId, { ...content, revision: draft.revision }),
    onSuccess: async (saved) => {
      await afterChange(saved);
      notify(t("drafts:saved"));
    },
  });
  const submit = useMutation({
    mutationFn: async () => {
      await saveDraft(tenant, draftId, { ...content, revision: draft.revision });
      return submitDraft(tenant, draftId);
    },
    onSuccess: async (submitted) => {
      await afterChange(submitted);
      notify(t("drafts:submitted"));
    },
  });
  const remove = useMutation({
    mutationFn: () => deleteDraft(tenant, draftId),
    onSuccess: async () => {
      await navigate({ to: "/provider/drafts" });
      await afterChange();
    },
  });
  const busy = save.isPending || submit.isPending;
  return (
    <Page
      title={draft.title}
      marks={<StateMark state={draft.state} />}
      lead={t("drafts:for", { name: draft.tenant.name })}
      crumbs={[{ text: t("drafts:title"), link: { to: "/provider/drafts" } }, { text: t("drafts:one") }]}
      actions={
        <>
          <Button onClick={() => setDeleting(true)}>{t("common:action.delete")}</Button>
          <Button disabled={busy} onClick={() => save.mutate()}>
            {t("drafts:saveDraft")}
          </Button>
          <Button appearance="primary" disabled={busy} onClick={() => submit.mutate()}>
            {t("drafts:submit")}
          </Button>
        </>
      }
    >
      {draft.return_reason && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t("drafts:returnedTitle")}</MessageBarTitle>
            {draft.return_reason}
          </MessageBarBody>
        </MessageBar>
      )}
      {save.error && <ProblemBar error={save.error} />}
      {submit.error && <ProblemBar error={submit.error} />}
      <DraftForm content={content} revising={draft.revises !== null} onChange={setContent} />
      {deleting && (
        <FormDialog open title={t("drafts:deleteTitle")} submit={t("common:action.delete")} busy={remove.isPending} error={remove.error} onClose={() => setDeleting(false)} onSubmit={() => remove.mutate()}>
          <Text>{t("drafts:deleteText")}</Text>
        </FormDialog>
      )}
    </Page>
  );
}

function Reading({ draft }: { draft: Draft }): ReactElement {
  const { t } = useTranslation(["drafts", "common"]);
  const { tenant, draftId } = route.useParams();
  const { can } = useTenant();
  const navigate = useNavigate();
  const notify = useNotify();
  const afterChange = useAfterChange();
  const [returning, setReturning] = useState(false);
  const [reason, setReason] = useState("");
  const publish = useMutation({
    mutationFn: () => publishDraft(tenant, draftId, draft.revision),
    onSuccess: async ({ alert_id }) => {
      notify(t("drafts:published"));
      await afterChange();
      await navigate({ to: "/tenants/$tenant/alerts/$alertId", params: { tenant, alertId: alert_id } });
    },
  });
  const giveBack = useMutation({
    mutationFn: () => returnDraft(tenant, draftId, reason.trim()),
    onSuccess: async (returned) => {
      setReturning(false);
      await afterChange(returned);
      notify(t("drafts:returned"));
    },
  });
  const { own } = draft;
  const reviewing = draft.state === "in_review" && can("draft:publish");
  return (
    <Page
      title={draft.title}
      marks={<StateMark state={draft.state} />}
      lead={t("drafts:for", { name: draft.tenant.name })}
      crumbs={[reviewing ? { text: t("drafts:review.title"), link: { to: "/provider/review" } } : { text: t("drafts:title"), link: { to: "/provider/drafts" } }, { text: t("drafts:one") }]}
      actions={
        reviewing &&
        !own && (
          <>
            <Button onClick={() => setReturning(true)}>{t("drafts:return")}</Button>
            <Button appearance="primary" disabled={publish.isPending} onClick={() => publish.mutate()}>
              {t("drafts:publish")}
            </Button>
          </>
        )
      }
    >
      {reviewing && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{own ? t("drafts:ownDraft") : t("drafts:reviewHint", { name: draft.author })}</MessageBarBody>
        </MessageBar>
      )}
      {publish.error && <ProblemBar error={publish.error} />}
      {draft.change_note && (
        <Card title={t("drafts:field.changeNote")}>
          <Prose text={draft.change_note} />
        </Card>
      )}
      <Card title={t("drafts:field.summary")}>
        <Prose text={draft.summary} />
        <Facts
          facts={[
            [t("drafts:field.severity"), <SeverityMark key="severity" value={draft.severity} />],
            [t("drafts:field.category"), <CategoryName key="category" value={draft.category} />],
            [t("drafts:field.author"), draft.author],
            [t("drafts:field.updated"), <Time key="updated" value={draft.updated} />],
            [t("drafts:field.disclosure"), t(`drafts:disclosure.${draft.disclosure}`)],
          ]}
        />
        <Techniques techniques={draft.techniques} />
      </Card>
      <Card title={t("drafts:field.whatHappened")}>
        <Prose text={draft.what_happened} />
      </Card>
      <Card title={t("drafts:field.recommendedSteps")}>
        <Steps steps={draft.recommended_steps} />
      </Card>
      <Card title={t("drafts:section.evidence")}>
        {draft.evidence_ids.length === 0 && <span>{t("drafts:noEvidence")}</span>}
        {draft.evidence_ids.map((id, index) => (
          <EvidenceSlot key={id} id={id} number={index + 1} />
        ))}
      </Card>
      {returning && (
        <FormDialog open title={t("drafts:return")} submit={t("drafts:return")} busy={giveBack.isPending || reason.trim() === ""} error={giveBack.error} onClose={() => setReturning(false)} onSubmit={() => giveBack.mutate()}>
          <Field label={t("drafts:reason")} hint={t("drafts:reasonHint", { name: draft.author })} required>
            <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
          </Field>
        </FormDialog>
      )}
    </Page>
  );
}
