import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";

export const devicesQuery = (tenant: string, filter: { limit: number; offset: number; search?: string; group?: string; tag?: string }) =>
  queryOptions({
    queryKey: ["tenant", tenant, "devices", filter],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/devices", { params: { path: { tenant }, query: filter } })),
    placeholderData: keepPreviousData,
  });

export const deviceQuery = (tenant: string, device_id: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "devices", device_id],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/devices/{device_id}", { params: { path: { tenant, device_id } } })),
  });
