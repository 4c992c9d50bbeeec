import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { DetectionRuleInput } from "./types";

/** Whose rules: those of a tenant by its short name, or the provider's. */
export type RuleOwner = { tenant: string } | "provider";

const keyOf = (owner: RuleOwner) => (owner === "provider" ? ["provider", "detection-rules"] : ["tenant", owner.tenant, "detection-rules"]);

export const detectionRulesQuery = (owner: RuleOwner) =>
  queryOptions({
    queryKey: keyOf(owner),
    queryFn: () =>
      owner === "provider"
        ? answer(client.GET("/api/v1/provider/detection-rules"))
        : answer(client.GET("/api/v1/tenants/{tenant}/detection-rules", { params: { path: owner } })),
  });

/** Makes a rule, or changes the one of this id. `customers` are for the provider's rules only. */
export function saveDetectionRule(owner: RuleOwner, body: DetectionRuleInput, customers: string[] | null, id?: string) {
  if (owner === "provider") {
    const wanted = { ...body, customers };
    return id
      ? answer(client.PUT("/api/v1/provider/detection-rules/{detection_rule_id}", { params: { path: { detection_rule_id: id } }, body: wanted }))
      : answer(client.POST("/api/v1/provider/detection-rules", { body: wanted }));
  }
  return id
    ? answer(client.PUT("/api/v1/tenants/{tenant}/detection-rules/{detection_rule_id}", { params: { path: { ...owner, detection_rule_id: id } }, body }))
    : answer(client.POST("/api/v1/tenants/{tenant}/detection-rules", { params: { path: owner }, body }));
}

export const deleteDetectionRule = (owner: RuleOwner, id: string) =>
  owner === "provider"
    ? answer(client.DELETE("/api/v1/provider/detection-rules/{detection_rule_id}", { params: { path: { detection_rule_id: id } } }))
    : answer(client.DELETE("/api/v1/tenants/{tenant}/detection-rules/{detection_rule_id}", { params: { path: { ...owner, detection_rule_id: id } } }));

export const ruleAlertsQuery = (owner: RuleOwner, id: string) =>
  queryOptions({
    queryKey: [...keyOf(owner), id, "alerts"],
    queryFn: () =>
      owner === "provider"
        ? answer(client.GET("/api/v1/provider/detection-rules/{detection_rule_id}/alerts", { params: { path: { detection_rule_id: id } } }))
        : answer(client.GET("/api/v1/tenants/{tenant}/detection-rules/{detection_rule_id}/alerts", { params: { path: { ...owner, detection_rule_id: id } } })),
  });
