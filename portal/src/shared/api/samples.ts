import { queryOptions } from "@tanstack/react-query";
import { answer, client, requestHeaders } from "./client";
import { ApiError, problemFrom, UNREACHABLE } from "./problem";

const at = (tenant: string, number: string) => ({ params: { path: { tenant, number } } });
const upload = (tenant: string, number: string, upload_id: string) => ({ params: { path: { tenant, number, upload_id } } });
const sample = (tenant: string, number: string, sample_id: string) => ({ params: { path: { tenant, number, sample_id } } });
const EXAMINED_WITHIN_MS = 5_000;

export const samplesQuery = (tenant: string, number: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", number, "samples"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/inquiries/{number}/samples", at(tenant, number))),
    // What was just received is examined within moments.
    refetchInterval: ({ state }) => (state.data?.items.some(({ examination, deleted }) => examination === "waiting" && deleted === null) ? EXAMINED_WITHIN_MS : false),
  });

export const custodyQuery = (tenant: string, number: string, id: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", number, "samples", id, "custody"],
    queryFn: () => answer(client.GET("/api/v1/tenants/{tenant}/inquiries/{number}/samples/{sample_id}/custody", sample(tenant, number, id))),
    staleTime: 0,
  });

export const sampleDownload = (tenant: string, number: string, id: string): string =>
  `/api/v1/tenants/${encodeURIComponent(tenant)}/inquiries/${encodeURIComponent(number)}/samples/${encodeURIComponent(id)}/download`;

export const deleteSample = (tenant: string, number: string, id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/inquiries/{number}/samples/{sample_id}", sample(tenant, number, id)));

/** Uploads that can be gone on with. */
export const uploadsOf = async (tenant: string, number: string) => (await answer(client.GET("/api/v1/tenants/{tenant}/inquiries/{number}/uploads", at(tenant, number)))).items;

export const beginUpload = (tenant: string, number: string, { name, size }: { name: string; size: number }) =>
  answer(client.POST("/api/v1/tenants/{tenant}/inquiries/{number}/uploads", { ...at(tenant, number), body: { name, size, sha256: "" } }));

export const finishUpload = (tenant: string, number: string, id: string) =>
  answer(client.POST("/api/v1/tenants/{tenant}/inquiries/{number}/uploads/{upload_id}/finish", upload(tenant, number, id)));

export const abandonUpload = (tenant: string, number: string, id: string) =>
  answer(client.DELETE("/api/v1/tenants/{tenant}/inquiries/{number}/uploads/{upload_id}", upload(tenant, number, id)));

/**
 * Sends one part. `fetch` does not tell how much of a body has left, so that this is the older way.
 *
 * @throws ApiError when the server refuses, or cannot be reached; an AbortError when `signal` says so.
 */
export function putPart(tenant: string, number: string, id: string, part: number, body: Blob, signal: AbortSignal, onSent: (bytes: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const settle = (done: () => void) => {
      signal.removeEventListener("abort", abort);
      done();
    };
    request.open("PUT", `/api/v1/tenants/${encodeURIComponent(tenant)}/inquiries/${encodeURIComponent(number)}/uploads/${id}/parts/${part}`);
    for (const [name, value] of Object.entries({ ...requestHeaders("PUT"), "Content-Type": "application/octet-stream" })) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onSent(Math.min(loaded, body.size));
    request.onload = () =>
      settle(() => {
        if (request.status >= 200 && request.status < 300) resolve();
        else reject(new ApiError(problemFrom(request.status, parsed(request.responseText))));
      });
    request.onerror = () => settle(() => reject(new ApiError({ ...problemFrom(0, {}), code: UNREACHABLE })));
    request.onabort = () => settle(() => reject(new DOMException("The upload was paused.", "AbortError")));
    signal.addEventListener("abort", abort);
    request.send(body);
    if (signal.aborted) abort();
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
