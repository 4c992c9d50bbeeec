import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";

export const evidenceQuery = (tenant: string, id: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "evidence", id],
    queryFn: () =>
      answer(client.GET("/api/v1/tenants/{tenant}/evidence/{evidence_id}", { params: { path: { tenant, evidence_id: id } } })),
    staleTime: Infinity,
  });

/** What was captured in this organisation, newest first, without its rows. */
export const evidenceListQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "evidence", "list"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/evidence", { params: { path: { tenant }, query: { limit: 100 } } })),
  });

export const captureEvidence = (tenant: string, body: { hunt_id: string; rows: number[]; note: string; techniques: string[] }) =>
  answer(client.POST("/api/v1/tenants/{tenant}/evidence", { params: { path: { tenant } }, body }));

export const rerunEvidence = (tenant: string, id: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/evidence/{evidence_id}/rerun", { params: { path: { tenant, evidence_id: id } } }));
