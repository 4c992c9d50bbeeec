import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";

/** Every tenant that the person may open. */
export const tenantNamesQuery = queryOptions({
  queryKey: ["provider", "tenants", "names"],
  queryFn: () => answer(client.GET("/api/v1/provider/tenants/names")),
  staleTime: 30_000,
});

/** How each customer is: devices, data, alerts, the state of the service. */
export const tenantHealthQuery = queryOptions({
  queryKey: ["provider", "tenants", "health"],
  queryFn: () => answer(client.GET("/api/v1/provider/tenants", { params: { query: { limit: 1000 } } })),
});

export const applicationsQuery = (state: "submitted" | "approved" | "declined") =>
  queryOptions({
    queryKey: ["provider", "applications", state],
    queryFn: () => answer(client.GET("/api/v1/provider/applications", { params: { query: { limit: 200, state } } })),
    placeholderData: keepPreviousData,
  });

export const approveApplication = (application_id: string) =>
  answer(client.POST("/api/v1/provider/applications/{application_id}/approve", { params: { path: { application_id } } }));

export const declineApplication = (application_id: string, reason: string) =>
  answer(client.POST("/api/v1/provider/applications/{application_id}/decline", { params: { path: { application_id } }, body: { reason } }));

export const askForDetails = (application_id: string, text: string) =>
  answer(client.POST("/api/v1/provider/applications/{application_id}/ask", { params: { path: { application_id } }, body: { text } }));

export const outboxQuery = (page: { limit: number; offset: number }) =>
  queryOptions({
    queryKey: ["provider", "outbox", page],
    queryFn: () => answer(client.GET("/api/v1/provider/outbox", { params: { query: page } })),
    placeholderData: keepPreviousData,
  });

export const mailQuery = (mail_id: string) =>
  queryOptions({
    queryKey: ["provider", "outbox", mail_id],
    queryFn: () => answer(client.GET("/api/v1/provider/outbox/{mail_id}", { params: { path: { mail_id } } })),
  });
