import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { EmailRuleInput, TalkInput } from "./types";

const at = (tenant: string) => ({ params: { path: { tenant } } });
const LONGEST = 200;

export const enrolmentQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "enrolment"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/enrolment", at(tenant))),
  });

export const apply = (tenant: string, body: { name: string; email: string; privacy_statement_version: string; accepted: boolean }) =>
  answer(client.POST("/api/v1/tenants/{tenant}/enrolment/application", { ...at(tenant), body }));

export const withdrawApplication = (tenant: string) => answer(client.DELETE("/api/v1/tenants/{tenant}/enrolment/application", at(tenant)));

export const answerQuestion = (tenant: string, text: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/enrolment/application/answer", { ...at(tenant), body: { text } }));

export const coverageQuery = (tenant: string, days: number) =>
  queryOptions({
    queryKey: ["tenant", tenant, "coverage", days],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/coverage", { params: { path: { tenant }, query: { days } } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const talksQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "eligibility-talks"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/eligibility-talks", at(tenant))),
  });

export const recordTalk = (tenant: string, body: TalkInput) => answer(client.POST("/api/v1/tenants/{tenant}/eligibility-talks", { ...at(tenant), body }));

export const switchService = (tenant: string, on: boolean) =>
  answer(client.PUT("/api/v1/tenants/{tenant}/enrolment/service", { ...at(tenant), body: { on } }));

export const emailRulesQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "email-rules"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/email-rules", { params: { path: { tenant }, query: { limit: LONGEST } } })),
  });

export const saveEmailRule = (tenant: string, body: EmailRuleInput, id?: string) =>
  id === undefined
    ? answer(client.POST("/api/v1/tenants/{tenant}/email-rules", { ...at(tenant), body }))
    : answer(client.PUT("/api/v1/tenants/{tenant}/email-rules/{rule_id}", { params: { path: { tenant, rule_id: id } }, body }));

export const deleteEmailRule = (tenant: string, rule_id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/email-rules/{rule_id}", { params: { path: { tenant, rule_id } } }));

export const sendTestMail = (tenant: string, rule_id: string, recipient: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/email-rules/{rule_id}/test", { params: { path: { tenant, rule_id } }, body: { recipient } }));

export const attemptsQuery = (tenant: string, rule_id: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "email-rules", rule_id, "attempts"],
    queryFn: () =>
      answer(
        client.GET("/api/v1/tenants/{tenant}/email-rules/{rule_id}/attempts", {
          params: { path: { tenant, rule_id }, query: { limit: LONGEST } },
        }),
      ),
  });

export const mailTraceQuery = (tenant: string, alert_id: string, recipient: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "email-trace", alert_id, recipient],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/email-trace", { params: { path: { tenant }, query: { alert_id, recipient } } })),
  });

export const ingestKeysQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "ingest-keys"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/ingest-keys", at(tenant))),
  });

export const createIngestKey = (tenant: string, body: { name: string; sources: string[]; expires_at: string | null }) =>
  answer(client.POST("/api/v1/tenants/{tenant}/ingest-keys", { ...at(tenant), body }));

export const deleteIngestKey = (tenant: string, key_id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/ingest-keys/{key_id}", { params: { path: { tenant, key_id } } }));

export const apiClientsQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "api-clients"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/api-clients", at(tenant))),
  });

export const createApiClient = (tenant: string, body: { name: string; roles: string[] }) =>
  answer(client.POST("/api/v1/tenants/{tenant}/api-clients", { ...at(tenant), body }));

export const deleteApiClient = (tenant: string, client_id: number) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/api-clients/{client_id}", { params: { path: { tenant, client_id } } }));

export const membersQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "members"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/members", at(tenant))),
  });

export const addMember = (tenant: string, body: { email: string; name: string; role: string }) =>
  answer(client.POST("/api/v1/tenants/{tenant}/members", { ...at(tenant), body }));

export const removeMember = (tenant: string, membership_id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/members/{membership_id}", { params: { path: { tenant, membership_id } } }));

export const auditQuery = (tenant: string, page: { limit: number; offset: number }) =>
  queryOptions({
    queryKey: ["tenant", tenant, "audit", page],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/audit", { params: { path: { tenant }, query: page } })),
    placeholderData: keepPreviousData,
  });
