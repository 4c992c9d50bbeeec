import type { EmailRule, EmailRuleInput } from "@/shared/api/types";
import type { Language } from "@/shared/i18n";

export const newRule = (language: Language): EmailRuleInput => ({
  name: "",
  enabled: true,
  severities: ["High", "Medium"],
  recipients: [],
  include_organization_name: true,
  include_tenant_link: true,
  include_device_information: false,
  language,
});

export function ruleInput({ name, enabled, severities, recipients, include_organization_name, include_tenant_link, include_device_information, language }: EmailRule): EmailRuleInput {
  return { name, enabled, severities, recipients, include_organization_name, include_tenant_link, include_device_information, language };
}

/** Addresses out of what people paste: separated by commas, semicolons, spaces or lines. */
export function readRecipients(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ""))];
}

/** Those that can be no address; the server has the last word. */
export const badRecipients = (recipients: readonly string[]): string[] => recipients.filter((address) => !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address));
