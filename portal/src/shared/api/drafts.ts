import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { DraftInput } from "./types";

export const providerDraftsQuery = queryOptions({
  queryKey: ["provider", "drafts"],
  queryFn: () => answer(client.GET("/api/v1/provider/drafts", { params: { query: { limit: 200 } } })),
});

export const reviewQuery = queryOptions({
  queryKey: ["provider", "review"],
  queryFn: () => answer(client.GET("/api/v1/provider/review", { params: { query: { limit: 200 } } })),
});

export const tenantDraftsQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "drafts"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/drafts", { params: { path: { tenant }, query: { limit: 200 } } })),
  });

const path = (tenant: string, draft_id: string) => ({ params: { path: { tenant, draft_id } } });

export const draftQuery = (tenant: string, draft_id: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "drafts", draft_id],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/drafts/{draft_id}", path(tenant, draft_id))),
  });

export const createDraft = (tenant: string, body: DraftInput) =>
  answer(client.POST("/api/v1/tenants/{tenant}/drafts", { params: { path: { tenant } }, body }));

export const saveDraft = (tenant: string, draft_id: string, body: DraftInput & { revision: number }) =>
  answer(client.PUT("/api/v1/tenants/{tenant}/drafts/{draft_id}", { ...path(tenant, draft_id), body }));

export const deleteDraft = (tenant: string, draft_id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/drafts/{draft_id}", path(tenant, draft_id)));

export const submitDraft = (tenant: string, draft_id: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/drafts/{draft_id}/submit", path(tenant, draft_id)));

export const publishDraft = (tenant: string, draft_id: string, revision: number) =>
  answer(client.POST("/api/v1/tenants/{tenant}/drafts/{draft_id}/publish", { ...path(tenant, draft_id), body: { revision } }));

export const reviseNotification = (tenant: string, notification_id: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/notifications/{notification_id}/revise", { params: { path: { tenant, notification_id } } }));

export const withdrawNotification = (tenant: string, notification_id: string, reason: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/notifications/{notification_id}/withdraw", { params: { path: { tenant, notification_id } }, body: { reason } }));

export const returnDraft = (tenant: string, draft_id: string, reason: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/drafts/{draft_id}/return", { ...path(tenant, draft_id), body: { reason } }));
