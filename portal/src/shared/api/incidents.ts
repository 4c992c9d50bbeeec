import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { AlertStatusName, DetectionSourceName, IncidentStatusName, SeverityName } from "@/shared/url/search";
import type { AlertChange, IncidentChange } from "./types";

export interface AlertFilter {
  limit: number;
  offset: number;
  status?: AlertStatusName[];
  severity?: SeverityName[];
  detection_source?: DetectionSourceName[];
  search?: string;
}

export interface IncidentFilter {
  limit: number;
  offset: number;
  status?: IncidentStatusName[];
  search?: string;
}

export const alertsQuery = (tenant: string, filter: AlertFilter) =>
  queryOptions({
    queryKey: ["tenant", tenant, "alerts", filter],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/alerts", { params: { path: { tenant }, query: filter } })),
    placeholderData: keepPreviousData,
  });

export const alertQuery = (tenant: string, alert_id: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "alerts", alert_id],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/alerts/{alert_id}", { params: { path: { tenant, alert_id } } })),
  });

export const changeAlert = (tenant: string, alert_id: string, body: AlertChange) =>
  answer(client.PATCH("/api/v1/tenants/{tenant}/alerts/{alert_id}", { params: { path: { tenant, alert_id } }, body }));

export const incidentsQuery = (tenant: string, filter: IncidentFilter) =>
  queryOptions({
    queryKey: ["tenant", tenant, "incidents", filter],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/incidents", { params: { path: { tenant }, query: filter } })),
    placeholderData: keepPreviousData,
  });

export const incidentQuery = (tenant: string, incident_id: number) =>
  queryOptions({
    queryKey: ["tenant", tenant, "incidents", incident_id],
    queryFn: () =>
      answer(client.GET("/api/v1/tenants/{tenant}/incidents/{incident_id}", { params: { path: { tenant, incident_id } } })),
  });

export const changeIncident = (tenant: string, incident_id: number, body: IncidentChange) =>
  answer(
    client.PATCH("/api/v1/tenants/{tenant}/incidents/{incident_id}", { params: { path: { tenant, incident_id } }, body }),
  );

export const mergeIncidents = (tenant: string, incident_ids: number[]) =>
  answer(client.POST("/api/v1/tenants/{tenant}/incidents/merge", { params: { path: { tenant } }, body: { incident_ids } }));

export const moveAlertsOut = (tenant: string, incident_id: number, alert_ids: string[]) =>
  answer(
    client.POST("/api/v1/tenants/{tenant}/incidents/{incident_id}/move-out", { params: { path: { tenant, incident_id } }, body: { alert_ids } }),
  );

export const notificationsQuery = (tenant: string, page: { limit: number; offset: number }) =>
  queryOptions({
    queryKey: ["tenant", tenant, "notifications", page],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/notifications", { params: { path: { tenant }, query: page } })),
    placeholderData: keepPreviousData,
  });

export const sendSample = (tenant: string, severity: SeverityName) =>
  answer(client.POST("/api/v1/tenants/{tenant}/notifications/sample", { params: { path: { tenant } }, body: { severity } }));

export const notificationQuery = (tenant: string, notification_id: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "notifications", notification_id],
    queryFn: () =>
      answer(
        client.GET("/api/v1/tenants/{tenant}/notifications/{notification_id}", { params: { path: { tenant, notification_id } } }),
      ),
  });
