import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, client, requestHeaders } from "./client";
import { ApiError, problemFrom, UNREACHABLE } from "./problem";
import type { ReportPeriod, ScheduleInput } from "./types";

export type ReportFile = "pdf" | "csv";

/** The words of a report are the server's, in the reader's language: another language is another answer. */
export const reportQuery = (tenant: string, period: ReportPeriod, language: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "report", period, language],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/reports/period", { params: { path: { tenant }, query: period } })),
    placeholderData: keepPreviousData,
  });

export const reportMonthsQuery = (tenant: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "report-months"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/reports", { params: { path: { tenant } } })),
  });

/**
 * Fetches the report of a period as a file.
 *
 * @throws ApiError when the server refuses, such as without a font for the language.
 */
export async function fetchReport(tenant: string, period: ReportPeriod, language: string, kind: ReportFile): Promise<Blob> {
  const asked = new URLSearchParams({ language });
  for (const name of ["month", "since", "until"] as const) if (period[name]) asked.set(name, period[name]);
  let response: Response;
  try {
    response = await fetch(`/api/v1/tenants/${encodeURIComponent(tenant)}/reports/period.${kind}?${asked}`, { credentials: "same-origin", headers: requestHeaders("GET") });
  } catch {
    throw new ApiError({ ...problemFrom(0, {}), code: UNREACHABLE });
  }
  if (!response.ok) throw new ApiError(problemFrom(response.status, (await response.json().catch(() => ({}))) as unknown));
  return response.blob();
}

export const schedulesQuery = queryOptions({
  queryKey: ["provider", "scheduled-hunts"],
  queryFn: () => answer(client.GET("/api/v1/provider/scheduled-hunts")),
  refetchInterval: 30_000,
});

export const scheduleHunt = (saved_hunt_id: string, wanted: ScheduleInput) =>
  answer(client.POST("/api/v1/provider/scheduled-hunts", { body: { saved_hunt_id, ...wanted } }));

export const changeSchedule = (schedule_id: string, body: ScheduleInput) =>
  answer(client.PUT("/api/v1/provider/scheduled-hunts/{schedule_id}", { params: { path: { schedule_id } }, body }));

export const endSchedule = (schedule_id: string) =>
  answer(client.DELETE("/api/v1/provider/scheduled-hunts/{schedule_id}", { params: { path: { schedule_id } } }));
