import { Checkbox, Field, Input, makeStyles, MessageBar, MessageBarBody, Select, Switch, Textarea } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { emailRulesQuery, saveEmailRule } from "@/shared/api/settings";
import type { EmailRule } from "@/shared/api/types";
import { LANGUAGE_NAMES, LANGUAGES } from "@/shared/i18n";
import { AlertChoice, ChoiceReview } from "@/shared/choice/AlertChoice";
import { isChosen } from "@/shared/choice/choice";
import { useTenant } from "@/shared/session/session";
import { oneOf } from "@/shared/url/search";
import { FormDialog } from "@/shared/ui/dialogs";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { useNotify } from "@/shared/ui/toasts";
import { badRecipients, newRule, readRecipients, ruleInput } from "./rule";

const useStyles = makeStyles({ stack: { display: "flex", flexDirection: "column" } });

export function RuleDialog({ rule, onClose }: { rule?: EmailRule; onClose: () => void }): ReactElement {
  const styles = useStyles();
  const { t, i18n } = useTranslation(["emailRules", "common"]);
  const { slug } = useTenant();
  const queries = useQueryClient();
  const notify = useNotify();
  const [content, setContent] = useState(() => (rule ? ruleInput(rule) : newRule(oneOf(i18n.language, LANGUAGES) ?? "en")));
  const [recipients, setRecipients] = useState(content.recipients.join("\n"));
  const save = useMutation({
    mutationFn: () => saveEmailRule(slug, { ...content, name: content.name.trim() }, rule?.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: emailRulesQuery(slug).queryKey });
      notify(t("emailRules:saved"));
      onClose();
    },
  });
  const bad = badRecipients(content.recipients);
  const complete = content.name.trim() !== "" && isChosen(content) && content.recipients.length > 0 && bad.length === 0;
  const review = [
    t("emailRules:review.recipients", { count: content.recipients.length, addresses: content.recipients.join(", "), language: LANGUAGE_NAMES[content.language] }),
    ...(content.once_per_incident ? [t("emailRules:review.once")] : []),
    ...(content.monthly_report ? [t("emailRules:review.report")] : []),
    t(content.include_device_information ? "emailRules:review.withDevices" : "emailRules:review.withoutDevices"),
    ...(content.enabled ? [] : [t("emailRules:review.off")]),
  ];
  const include = (field: "include_organization_name" | "include_tenant_link" | "include_device_information") => (
    <Checkbox checked={content[field]} label={t(`emailRules:field.${field}`)} onChange={(_, data) => setContent({ ...content, [field]: data.checked === true })} />
  );
  const title = t(rule ? "emailRules:edit" : "emailRules:create");
  return (
    <FormDialog open title={title} submit={t("common:action.save")} busy={save.isPending || !complete} error={save.error} onClose={onClose} onSubmit={() => save.mutate()}>
      <Field label={t("emailRules:field.name")} required>
        <Input value={content.name} onChange={(_, data) => setContent({ ...content, name: data.value })} />
      </Field>
      <Field label={t("emailRules:field.description")}>
        <Input value={content.description} onChange={(_, data) => setContent({ ...content, description: data.value })} />
      </Field>
      <Field label={t("emailRules:field.recipients")} hint={t("emailRules:hint.recipients")} required validationMessage={bad.length > 0 ? t("emailRules:badRecipients", { addresses: bad.join(", ") }) : undefined}>
        <Textarea
          value={recipients}
          rows={3}
          onChange={(_, data) => {
            setRecipients(data.value);
            setContent({ ...content, recipients: readRecipients(data.value) });
          }}
        />
      </Field>
      {rule && rule.left.length > 0 && (
        <MessageBar intent="info" layout="multiline" style={{ flexShrink: 0 }}>
          <MessageBarBody>{t("emailRules:left", { addresses: rule.left.map(({ address }) => address).join(", ") })}</MessageBarBody>
        </MessageBar>
      )}
      <AlertChoice value={content} onChange={(choice) => setContent({ ...content, ...choice })} />
      <Checkbox checked={content.once_per_incident} label={t("emailRules:field.once_per_incident")} onChange={(_, data) => setContent({ ...content, once_per_incident: data.checked === true })} />
      <Checkbox checked={content.monthly_report} label={t("emailRules:field.monthly_report")} onChange={(_, data) => setContent({ ...content, monthly_report: data.checked === true })} />
      <FieldGroup label={t("emailRules:field.include")}>
        <div className={styles.stack}>
          {include("include_organization_name")}
          {include("include_tenant_link")}
          {include("include_device_information")}
        </div>
      </FieldGroup>
      {content.include_device_information && (
        <MessageBar intent="warning" layout="multiline" style={{ flexShrink: 0 }}>
          <MessageBarBody>{t("emailRules:residency")}</MessageBarBody>
        </MessageBar>
      )}
      <Field label={t("emailRules:field.language")}>
        <Select value={content.language} onChange={(_, data) => setContent({ ...content, language: oneOf(data.value, LANGUAGES) ?? "en" })}>
          {LANGUAGES.map((language) => (
            <option key={language} value={language} lang={language}>
              {LANGUAGE_NAMES[language]}
            </option>
          ))}
        </Select>
      </Field>
      {complete && <ChoiceReview value={content} more={review} />}
      <Switch checked={content.enabled} label={t(content.enabled ? "emailRules:on" : "emailRules:off")} onChange={(_, data) => setContent({ ...content, enabled: data.checked })} />
    </FormDialog>
  );
}
