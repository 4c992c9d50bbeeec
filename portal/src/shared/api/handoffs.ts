import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { HandoffInput, HandoffSubject } from "./types";

const WHILE_MAKING_MS = 1_500;

/** The packages about an incident or a notification, with their receipts; looked at again and again while one is being made. */
export const handoffsQuery = (tenant: string, about: HandoffSubject) =>
  queryOptions({
    queryKey: ["tenant", tenant, "handoffs", about.subject_kind, about.subject_id],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/handoffs", { params: { path: { tenant }, query: { ...about, limit: 200 } } })),
    refetchInterval: (query) => (query.state.data?.items.some(({ state }) => state === "making") ? WHILE_MAKING_MS : false),
  });

export const makeHandoff = (tenant: string, body: HandoffInput) => answer(client.POST("/api/v1/tenants/{tenant}/handoffs", { params: { path: { tenant } }, body }));

export const withdrawHandoff = (tenant: string, handoff_id: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/handoffs/{handoff_id}/withdraw", { params: { path: { tenant, handoff_id } } }));

/** Where a member of the tenant takes the file. */
export const handoffFile = (tenant: string, id: string) => `/api/v1/tenants/${encodeURIComponent(tenant)}/handoffs/${encodeURIComponent(id)}/package.zip`;
