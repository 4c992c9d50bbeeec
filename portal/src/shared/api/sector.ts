import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { SectorName } from "./types";

const at = (tenant: string) => ({ params: { path: { tenant } } });

export const sectorQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "sector"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/sector", at(tenant))),
  });

export const joinSector = (tenant: string, sector: SectorName) => answer(client.PUT("/api/v1/tenants/{tenant}/sector", { ...at(tenant), body: { sector } }));

export const leaveSector = (tenant: string) => answer(client.DELETE("/api/v1/tenants/{tenant}/sector", at(tenant)));

export const compareSector = (tenant: string, number: string, body: { indicators: string[]; days: number }) =>
  answer(client.POST("/api/v1/tenants/{tenant}/inquiries/{number}/comparisons", { params: { path: { tenant, number } }, body }));
