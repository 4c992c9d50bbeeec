import { Checkbox, Field, Input, makeStyles, Radio, RadioGroup, Select, Switch, Textarea, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { detectionRulesQuery, saveDetectionRule, type RuleOwner } from "@/shared/api/detections";
import type { DetectionRule, DetectionRuleInput } from "@/shared/api/types";
import { CATEGORIES } from "@/shared/incidents/categories";
import { useProviderCan, useTenant, useTenantNames } from "@/shared/session/session";
import { FormDialog } from "@/shared/ui/dialogs";
import { useNotify } from "@/shared/ui/toasts";
import { oneOf, SEVERITIES } from "@/shared/url/search";

const useStyles = makeStyles({ body: { fontFamily: tokens.fontFamilyMonospace, minHeight: "10rem" } });
const FREQUENCIES = [1, 3, 12, 24] as const;

const inputOf = ({ name, query, entity_column, title, description, recommended_action, severity, category, techniques, every_hours, enabled }: DetectionRuleInput): DetectionRuleInput => ({
  name,
  query,
  entity_column,
  title,
  description,
  recommended_action,
  severity,
  category,
  techniques,
  every_hours,
  enabled,
});

const newRule = (query: string): DetectionRuleInput => ({
  name: "",
  query,
  entity_column: "",
  title: "",
  description: "",
  recommended_action: "",
  severity: "Medium",
  category: "SuspiciousActivity",
  techniques: [],
  every_hours: 24,
  enabled: true,
});

interface Props {
  query: string;
  rule?: DetectionRule;
  /** Whose rule it is; of a new one the provider's people choose. */
  owner?: RuleOwner;
  onClose: () => void;
}

/** Makes a custom detection rule of a query, or changes one. */
export function DetectionRuleDialog({ query, rule, owner, onClose }: Props): ReactElement {
  const styles = useStyles();
  const { t } = useTranslation(["detections", "common"]);
  const { slug, can } = useTenant();
  const providerCan = useProviderCan();
  const queries = useQueryClient();
  const notify = useNotify();
  const customers = useTenantNames();
  const [content, setContent] = useState(() => (rule ? inputOf(rule) : newRule(query)));
  const [techniques, setTechniques] = useState(content.techniques.join(", "));
  const [forAll, setForAll] = useState(owner === "provider");
  const [chosen, setChosen] = useState<readonly string[] | null>(rule?.customers ?? null);
  const saved: RuleOwner = owner ?? (forAll ? "provider" : { tenant: slug });
  const save = useMutation({
    mutationFn: () =>
      saveDetectionRule(saved, { ...content, name: content.name.trim(), title: content.title.trim(), techniques: techniques.split(/[\s,]+/).filter(Boolean) }, chosen && [...chosen], rule?.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: detectionRulesQuery(saved).queryKey });
      notify(t("detections:saved"));
      onClose();
    },
  });
  const complete = content.name.trim() !== "" && content.title.trim() !== "" && chosen?.length !== 0;
  const toggle = (customer: string, on: boolean) => setChosen((before) => (on ? [...(before ?? []), customer] : (before ?? []).filter((one) => one !== customer)));
  return (
    <FormDialog open title={t(rule ? "detections:edit" : "detections:create")} submit={t("common:action.save")} busy={save.isPending || !complete} error={save.error} onClose={onClose} onSubmit={() => save.mutate()}>
      <Field label={t("detections:field.name")} required>
        <Input value={content.name} maxLength={200} onChange={(_, data) => setContent({ ...content, name: data.value })} />
      </Field>
      {!owner && providerCan("detection_rule:manage") && can("detection_rule:manage") && (
        <RadioGroup value={forAll ? "provider" : "tenant"} aria-label={t("detections:field.owner")} onChange={(_, data) => setForAll(data.value === "provider")}>
          <Radio value="tenant" label={t("detections:owner.tenant")} />
          <Radio value="provider" label={t("detections:owner.provider")} />
        </RadioGroup>
      )}
      {saved === "provider" && (
        <>
          <RadioGroup value={chosen === null ? "all" : "chosen"} aria-label={t("detections:field.customers")} onChange={(_, data) => setChosen(data.value === "all" ? null : [])}>
            <Radio value="all" label={t("detections:customers.all")} />
            <Radio value="chosen" label={t("detections:customers.chosen")} />
          </RadioGroup>
          {chosen !== null && (
            <div>
              {customers.map(({ slug: customer, name }) => (
                <Checkbox key={customer} label={name} checked={chosen.includes(customer)} onChange={(_, data) => toggle(customer, data.checked === true)} />
              ))}
            </div>
          )}
        </>
      )}
      <Field label={t("detections:field.frequency")} hint={t("detections:hint.frequency")} required>
        <Select value={content.every_hours} onChange={(_, data) => setContent({ ...content, every_hours: FREQUENCIES.find((hours) => String(hours) === data.value) ?? 24 })}>
          {FREQUENCIES.map((hours) => (
            <option key={hours} value={hours}>
              {t("detections:everyHours", { count: hours })}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("detections:field.title")} hint={t("detections:hint.title")} required>
        <Input value={content.title} maxLength={200} onChange={(_, data) => setContent({ ...content, title: data.value })} />
      </Field>
      <Field label={t("detections:field.severity")} required>
        <Select value={content.severity} onChange={(_, data) => setContent({ ...content, severity: oneOf(data.value, SEVERITIES) ?? content.severity })}>
          {[...SEVERITIES].reverse().map((severity) => (
            <option key={severity} value={severity}>
              {t(`common:severity.${severity}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("detections:field.category")} required>
        <Select value={content.category} onChange={(_, data) => setContent({ ...content, category: oneOf(data.value, CATEGORIES) ?? content.category })}>
          {CATEGORIES.map((category) => (
            <option key={category} value={category}>
              {t(`common:category.${category}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("detections:field.techniques")} hint={t("detections:hint.techniques")}>
        <Input value={techniques} spellCheck={false} onChange={(_, data) => setTechniques(data.value)} />
      </Field>
      <Field label={t("detections:field.description")}>
        <Textarea value={content.description} resize="vertical" onChange={(_, data) => setContent({ ...content, description: data.value })} />
      </Field>
      <Field label={t("detections:field.recommendedAction")}>
        <Textarea value={content.recommended_action} resize="vertical" onChange={(_, data) => setContent({ ...content, recommended_action: data.value })} />
      </Field>
      <Field label={t("detections:field.entity")} hint={t("detections:hint.entity")}>
        <Input value={content.entity_column} spellCheck={false} placeholder="DeviceId" onChange={(_, data) => setContent({ ...content, entity_column: data.value.trim() })} />
      </Field>
      <Field label={t("detections:field.query")} hint={t("detections:hint.query")} required>
        <Textarea value={content.query} spellCheck={false} resize="vertical" textarea={{ className: styles.body }} onChange={(_, data) => setContent({ ...content, query: data.value })} />
      </Field>
      <Switch checked={content.enabled} label={t(content.enabled ? "detections:on" : "detections:off")} onChange={(_, data) => setContent({ ...content, enabled: data.checked })} />
    </FormDialog>
  );
}
