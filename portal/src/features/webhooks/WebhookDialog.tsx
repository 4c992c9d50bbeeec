import { Checkbox, Field, Input, MessageBar, MessageBarBody, Switch } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { changeWebhook, createWebhook, webhooksQuery } from "@/shared/api/delivery";
import type { NewWebhook, Webhook, WebhookInput } from "@/shared/api/types";
import { AlertChoice, ChoiceReview } from "@/shared/choice/AlertChoice";
import { isChosen, type Choice } from "@/shared/choice/choice";
import { useTenant } from "@/shared/session/session";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";

const EVENTS = ["alert.raised", "alert.updated", "alert.withdrawn"] as const;

type HookContent = WebhookInput & Choice;

const NEW: HookContent = {
  name: "",
  url: "https://",
  enabled: true,
  events: [...EVENTS],
  severities: ["High", "Medium"],
  detections: {},
  device_groups: null,
  include_device_information: false,
};

function webhookInput({ name, url, enabled, events, severities, detections, device_groups, include_device_information }: Webhook): HookContent {
  return { name, url, enabled, events, severities, detections, device_groups: device_groups ?? null, include_device_information };
}

export function WebhookDialog({ hook, onClose, onMade }: { hook?: Webhook; onClose: () => void; onMade: (made: NewWebhook) => void }): ReactElement {
  const { t } = useTranslation(["webhooks", "common"]);
  const { slug } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const [content, setContent] = useState(() => (hook ? webhookInput(hook) : NEW));
  const save = useMutation({
    mutationFn: async () => {
      const body = { ...content, name: content.name.trim(), url: content.url.trim() };
      if (hook) await changeWebhook(slug, hook.id, body);
      else onMade(await createWebhook(slug, body));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: webhooksQuery(slug).queryKey });
      notify(t("webhooks:saved"));
      onClose();
    },
  });
  const complete = content.name.trim() !== "" && content.url.trim().length > 8 && content.events.length > 0 && isChosen(content);
  const review = [t("webhooks:review.url", { url: content.url.trim() }), ...(content.enabled ? [] : [t("webhooks:review.off")])];
  return (
    <FormDialog open title={t(hook ? "webhooks:edit" : "webhooks:create")} submit={t("common:action.save")} busy={save.isPending || !complete} error={save.error} onClose={onClose} onSubmit={() => save.mutate()}>
      <Field label={t("webhooks:name")} required>
        <Input value={content.name} onChange={(_, data) => setContent({ ...content, name: data.value })} />
      </Field>
      <Field label={t("webhooks:url")} required>
        <Input type="url" value={content.url} onChange={(_, data) => setContent({ ...content, url: data.value })} />
      </Field>
      <FieldGroup label={t("webhooks:events")}>
        {EVENTS.map((event) => (
          <Checkbox key={event} checked={content.events.includes(event)} label={t(`webhooks:event.${event}`)} onChange={(_, data) => setContent({ ...content, events: EVENTS.filter((one) => (one === event ? data.checked === true : content.events.includes(one))) })} />
        ))}
      </FieldGroup>
      <AlertChoice value={content} onChange={(choice) => setContent({ ...content, ...choice })} />
      <Checkbox checked={content.include_device_information} label={t("webhooks:include")} onChange={(_, data) => setContent({ ...content, include_device_information: data.checked === true })} />
      {content.include_device_information && (
        <MessageBar intent="warning" layout="multiline" style={{ flexShrink: 0 }}>
          <MessageBarBody>{t("webhooks:residency")}</MessageBarBody>
        </MessageBar>
      )}
      {complete && <ChoiceReview value={content} more={review} />}
      <Switch checked={content.enabled} label={t(content.enabled ? "webhooks:on" : "webhooks:off")} onChange={(_, data) => setContent({ ...content, enabled: data.checked })} />
    </FormDialog>
  );
}
