import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { BusinessCalendar, CalendarInput, SavedAnswerInput, SubscriptionInput } from "./types";

const DESK_POLL_MS = 60_000;
const at = (tenant: string) => ({ params: { path: { tenant } } });

/** The open cases of all customers, what is due first at the top. */
export const deskQuery = (filter: { limit: number; offset: number; mine: boolean }) =>
  queryOptions({
    queryKey: ["provider", "inquiries", filter],
    queryFn: () => answer(client.GET("/api/v1/provider/inquiries", { params: { query: filter } })),
    placeholderData: keepPreviousData,
    refetchInterval: DESK_POLL_MS,
  });

export const expertsQuery = queryOptions({
  queryKey: ["provider", "experts"],
  queryFn: () => answer(client.GET("/api/v1/provider/experts")),
  staleTime: 60_000,
});

export const pacesQuery = (days: number) =>
  queryOptions({
    queryKey: ["provider", "pace", days],
    queryFn: () => answer(client.GET("/api/v1/provider/inquiries/pace", { params: { query: { days } } })),
    placeholderData: keepPreviousData,
  });

export const savedAnswersQuery = queryOptions({
  queryKey: ["provider", "saved-answers"],
  queryFn: () => answer(client.GET("/api/v1/provider/saved-answers")),
});

export const saveAnswer = (body: SavedAnswerInput, answer_id?: string) =>
  answer_id === undefined
    ? answer(client.POST("/api/v1/provider/saved-answers", { body }))
    : answer(client.PUT("/api/v1/provider/saved-answers/{answer_id}", { params: { path: { answer_id } }, body }));

export const deleteSavedAnswer = (answer_id: string) => answer(client.DELETE("/api/v1/provider/saved-answers/{answer_id}", { params: { path: { answer_id } } }));

export const subscriptionQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "subscription"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/subscription", at(tenant))),
  });

/** What each customer has. */
export const subscriptionsQuery = queryOptions({
  queryKey: ["provider", "subscriptions"],
  queryFn: () => answer(client.GET("/api/v1/provider/subscriptions")),
});

export const grantSubscription = (tenant: string, body: SubscriptionInput) => answer(client.PUT("/api/v1/tenants/{tenant}/subscription", { ...at(tenant), body }));

export const endSubscription = (tenant: string) => answer(client.DELETE("/api/v1/tenants/{tenant}/subscription", at(tenant)));

export const calendarQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "business-calendar"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/business-calendar", at(tenant))),
  });

export const setCalendar = (tenant: string, body: BusinessCalendar) => answer(client.PUT("/api/v1/tenants/{tenant}/business-calendar", { ...at(tenant), body: body as CalendarInput }));
