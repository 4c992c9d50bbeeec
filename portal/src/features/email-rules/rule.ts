import type { EmailRule, EmailRuleInput } from "@/shared/api/types";
import type { Choice } from "@/shared/choice/choice";
import type { Language } from "@/shared/i18n";

/** All that the dialog sets. */
export type RuleContent = EmailRuleInput & Choice;

export const newRule = (language: Language): RuleContent => ({
  name: "",
  description: "",
  enabled: true,
  severities: ["High", "Medium"],
  detections: {},
  device_groups: null,
  once_per_incident: false,
  monthly_report: false,
  recipients: [],
  include_organization_name: true,
  include_tenant_link: true,
  include_device_information: false,
  language,
});

/** What of a rule can be changed; the rest is the server's. */
export function ruleInput(rule: EmailRule): RuleContent {
  const { name, description, enabled, severities, detections, device_groups, once_per_incident, monthly_report, recipients, language } = rule;
  const { include_organization_name, include_tenant_link, include_device_information } = rule;
  return { name, description, enabled, severities, detections, device_groups: device_groups ?? null, once_per_incident, monthly_report, recipients, include_organization_name, include_tenant_link, include_device_information, language };
}

/** Addresses out of what people paste: separated by commas, semicolons, spaces or lines. */
export function readRecipients(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ""))];
}

/** Those that can be no address; the server has the last word. */
export const badRecipients = (recipients: readonly string[]): string[] => recipients.filter((address) => !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address));
