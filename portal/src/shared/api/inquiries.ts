import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { InquiryAnswer, InquiryInput, InquirySubject } from "./types";
import type { InquiryStateName } from "@/shared/inquiries/vocabulary";

const at = (tenant: string) => ({ params: { path: { tenant } } });
const one = (tenant: string, number: string) => ({ params: { path: { tenant, number } } });

/** How often a case is read again while it is in view: who looks at it now is told that fresh. */
const CUSTOMER_POLL_MS = 20_000;
/** Every look of an expert is written to the customer's audit record; presence holds for two minutes. */
const EXPERT_POLL_MS = 60_000;

export interface InquiryFilter {
  limit: number;
  offset: number;
  state?: InquiryStateName[];
  search?: string;
}

export const inquiriesQuery = (tenant: string, filter: InquiryFilter) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", "list", filter],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/inquiries", { params: { path: { tenant }, query: filter } })),
    placeholderData: keepPreviousData,
  });

export const inquiryQuery = (tenant: string, number: string, expert: boolean) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", number],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/inquiries/{number}", one(tenant, number))),
    // A refusal is not asked again by itself: the page says what to do about it.
    refetchInterval: ({ state }) => (state.error ? false : expert ? EXPERT_POLL_MS : CUSTOMER_POLL_MS),
  });

export const inquiryStatusQuery = (tenant: string, number: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", number, "status"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/inquiries/{number}/status", one(tenant, number))),
  });

export const accessesQuery = (tenant: string, number: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", number, "access"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/inquiries/{number}/access", one(tenant, number))),
  });

/** What the subscription allows, and what the inquiry would be about. The server refuses what cannot be asked. */
export const readinessQuery = (tenant: string, subjects: readonly InquirySubject[]) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", "check", subjects],
    queryFn: () => answer(client.POST("/api/v1/tenants/{tenant}/inquiries/check", { ...at(tenant), body: { subjects: [...subjects] } })),
    staleTime: 60_000,
  });

export const askExperts = (tenant: string, body: InquiryInput) => answer(client.POST("/api/v1/tenants/{tenant}/inquiries", { ...at(tenant), body }));

export const replyToExperts = (tenant: string, number: string, body: { text: string; sample_ids: string[] }) =>
  answer(client.POST("/api/v1/tenants/{tenant}/inquiries/{number}/replies", { ...one(tenant, number), body }));

export const withdrawInquiry = (tenant: string, number: string, reason: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/inquiries/{number}/withdraw", { ...one(tenant, number), body: { reason } }));

export const answerInquiry = (tenant: string, number: string, body: InquiryAnswer) =>
  answer(client.POST("/api/v1/tenants/{tenant}/inquiries/{number}/answers", { ...one(tenant, number), body }));

export const openCase = (tenant: string, number: string, body: { reason: string; hours: number }) =>
  answer(client.POST("/api/v1/tenants/{tenant}/inquiries/{number}/access", { ...one(tenant, number), body }));

export const leaveCase = (tenant: string, number: string) => answer(client.DELETE("/api/v1/tenants/{tenant}/inquiries/{number}/access", one(tenant, number)));

const access = (tenant: string, number: string, access_id: string) => ({ params: { path: { tenant, number, access_id } } });

export const revokeAccess = (tenant: string, number: string, id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/inquiries/{number}/access/{access_id}", access(tenant, number, id)));

export const allowAccess = (tenant: string, number: string, id: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/inquiries/{number}/access/{access_id}/allow", access(tenant, number, id)));

export const assignCase = (tenant: string, number: string, body: { expert_id: string | null; note: string }) =>
  answer(client.PUT("/api/v1/tenants/{tenant}/inquiries/{number}/assignee", { ...one(tenant, number), body }));

export const notesQuery = (tenant: string, number: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", number, "notes"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/inquiries/{number}/notes", one(tenant, number))),
  });

export const addNote = (tenant: string, number: string, text: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/inquiries/{number}/notes", { ...one(tenant, number), body: { text } }));

export const paceQuery = (tenant: string, days: number) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", "pace", days],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/inquiries/pace", { params: { path: { tenant }, query: { days } } })),
    placeholderData: keepPreviousData,
  });
