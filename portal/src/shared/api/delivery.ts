import { queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client";
import type { DeviceGroupInput, WebhookInput } from "./types";

const at = (tenant: string) => ({ params: { path: { tenant } } });

export const deviceGroupsQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "device-groups"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/device-groups", at(tenant))),
  });

export const saveDeviceGroup = (tenant: string, body: DeviceGroupInput, id?: string) =>
  id === undefined
    ? answer(client.POST("/api/v1/tenants/{tenant}/device-groups", { ...at(tenant), body }))
    : answer(client.PUT("/api/v1/tenants/{tenant}/device-groups/{group_id}", { params: { path: { tenant, group_id: id } }, body }));

export const deleteDeviceGroup = (tenant: string, group_id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/device-groups/{group_id}", { params: { path: { tenant, group_id } } }));

export const tagDevice = (tenant: string, device_id: string, tags: string[]) =>
  answer(client.PUT("/api/v1/tenants/{tenant}/devices/{device_id}/tags", { params: { path: { tenant, device_id } }, body: { tags } }));

export const suppressionsQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "email-suppressions"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/email-suppressions", at(tenant))),
  });

export const liftSuppression = (tenant: string, suppression_id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/email-suppressions/{suppression_id}", { params: { path: { tenant, suppression_id } } }));

export const webhooksQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "webhooks"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/webhooks", at(tenant))),
  });

const hook = (tenant: string, webhook_id: string) => ({ params: { path: { tenant, webhook_id } } });

export const createWebhook = (tenant: string, body: WebhookInput) => answer(client.POST("/api/v1/tenants/{tenant}/webhooks", { ...at(tenant), body }));

export const changeWebhook = (tenant: string, id: string, body: WebhookInput) =>
  answer(client.PUT("/api/v1/tenants/{tenant}/webhooks/{webhook_id}", { ...hook(tenant, id), body }));

export const changeWebhookSecret = (tenant: string, id: string) => answer(client.POST("/api/v1/tenants/{tenant}/webhooks/{webhook_id}/secret", hook(tenant, id)));

export const deleteWebhook = (tenant: string, id: string) => answer(client.DELETE("/api/v1/tenants/{tenant}/webhooks/{webhook_id}", hook(tenant, id)));

export const testWebhook = (tenant: string, id: string) => answer(client.POST("/api/v1/tenants/{tenant}/webhooks/{webhook_id}/test", hook(tenant, id)));

export const webhookMessagesQuery = (tenant: string, id: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "webhooks", id, "messages"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/webhooks/{webhook_id}/messages", { params: { path: { tenant, webhook_id: id }, query: { limit: 200 } } })),
    refetchInterval: 5_000,
  });

export const replayMessage = (tenant: string, webhook_id: string, message_id: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/webhooks/{webhook_id}/messages/{message_id}/replay", { params: { path: { tenant, webhook_id, message_id } } }));

export const replayPeriod = (tenant: string, id: string, since: string, until: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/webhooks/{webhook_id}/replay", { ...hook(tenant, id), body: { since, until } }));
