import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { HuntRequest, SavedHuntInput } from "./types";

export const schemaQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "schema"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/schema", { params: { path: { tenant } } })),
    staleTime: Infinity,
  });

export const runHunt = (tenant: string, body: HuntRequest, signal?: AbortSignal) =>
  answer(client.POST("/api/v1/tenants/{tenant}/hunts", { params: { path: { tenant } }, body, signal }));

export const checkQuery = (tenant: string, query: string, signal?: AbortSignal) =>
  answer(client.POST("/api/v1/tenants/{tenant}/hunts/check", { params: { path: { tenant } }, body: { query, parameters: "" }, signal }));

export const cancelHunt = (tenant: string, run_id: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/hunts/{run_id}/cancel", { params: { path: { tenant, run_id } } }));

export const huntHistoryQuery = (tenant: string, page: { limit: number; offset: number }) =>
  queryOptions({
    queryKey: ["tenant", tenant, "hunts", page],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/hunts", { params: { path: { tenant }, query: page } })),
  });

export const savedHuntsQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "saved-hunts"],
    queryFn: () =>
      answer(client.GET("/api/v1/tenants/{tenant}/saved-hunts", { params: { path: { tenant }, query: { limit: 200 } } })),
  });

export const saveHunt = (tenant: string, body: SavedHuntInput, id?: string) =>
  id === undefined
    ? answer(client.POST("/api/v1/tenants/{tenant}/saved-hunts", { params: { path: { tenant } }, body }))
    : answer(
        client.PUT("/api/v1/tenants/{tenant}/saved-hunts/{saved_hunt_id}", {
          params: { path: { tenant, saved_hunt_id: id } },
          body,
        }),
      );

export const deleteSavedHunt = (tenant: string, id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/saved-hunts/{saved_hunt_id}", { params: { path: { tenant, saved_hunt_id: id } } }));
