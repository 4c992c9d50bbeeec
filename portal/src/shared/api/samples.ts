import { queryOptions } from "@tanstack/react-query";
import { requestHeaders } from "./client";
import { ApiError, problemFrom, UNREACHABLE } from "./problem";

/** A file that is on its way: which of its parts the server holds. Sizes are in bytes, parts count from 1. */
export interface Upload {
  id: string;
  name: string;
  size: number;
  part_size: number;
  parts: number;
  received: number[];
  finished: boolean;
}

export interface RuleMatch {
  rule: string;
  file: string;
  tags: string[];
}

/** A file in quarantine. */
export interface Sample {
  id: string;
  name: string;
  size: number;
  sha256: string;
  sha1: string;
  md5: string;
  type: string;
  type_description: string;
  /** The name's ending says something else than the content. */
  type_lies: boolean;
  state: string;
  rules: RuleMatch[];
  antivirus: { verdict: string; signature: string } | null;
  received: string;
  uploaded_by: string;
  expires: string | null;
  deleted: string | null;
}

export interface CustodyEntry {
  id: string;
  action: string;
  person_name: string;
  at: string;
  detail: Record<string, unknown>;
}

interface List<T> {
  items: T[];
  total: number;
}

const base = (tenant: string, number: string) => `/api/v1/tenants/${encodeURIComponent(tenant)}/inquiries/${encodeURIComponent(number)}`;

/**
 * Asks a route that the generated client does not describe.
 *
 * @throws ApiError when the server refuses, or cannot be reached.
 */
async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: { ...requestHeaders(method), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError({ ...problemFrom(0, {}), code: UNREACHABLE });
  }
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(problemFrom(response.status, answer));
  return answer as T;
}

export const samplesQuery = (tenant: string, number: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", number, "samples"],
    queryFn: () => ask<List<Sample>>("GET", `${base(tenant, number)}/samples`),
    // What was just received is examined within moments.
    refetchInterval: ({ state }) => (state.data?.items.some((sample) => sample.state !== "examined" && sample.deleted === null) ? 5_000 : false),
  });

export const custodyQuery = (tenant: string, number: string, id: string) =>
  queryOptions({
    queryKey: ["tenant", tenant, "inquiries", number, "samples", id, "custody"],
    queryFn: () => ask<List<CustodyEntry>>("GET", `${base(tenant, number)}/samples/${id}/custody`),
  });

export const sampleDownload = (tenant: string, number: string, id: string): string => `${base(tenant, number)}/samples/${id}/download`;

export const deleteSample = (tenant: string, number: string, id: string) => ask<null>("DELETE", `${base(tenant, number)}/samples/${id}`);

export const uploadsOf = async (tenant: string, number: string): Promise<Upload[]> => (await ask<List<Upload>>("GET", `${base(tenant, number)}/uploads`)).items;

export const beginUpload = (tenant: string, number: string, file: { name: string; size: number }) => ask<Upload>("POST", `${base(tenant, number)}/uploads`, { name: file.name, size: file.size });

export const finishUpload = (tenant: string, number: string, id: string) => ask<Sample>("POST", `${base(tenant, number)}/uploads/${id}/finish`);

export const abandonUpload = (tenant: string, number: string, id: string) => ask<null>("DELETE", `${base(tenant, number)}/uploads/${id}`);

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
    request.open("PUT", `${base(tenant, number)}/uploads/${id}/parts/${part}`);
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
