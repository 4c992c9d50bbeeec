import createClient, { type Middleware } from "openapi-fetch";
import { currentLanguage } from "@/shared/i18n/language";
import { ApiError, problemFrom, UNREACHABLE } from "./problem";
import type { paths } from "./schema";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Django's CSRF cookie, which every writing request echoes in a header. */
export function csrfToken(): string {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("huntline_csrf="));
  return cookie ? decodeURIComponent(cookie.slice("huntline_csrf=".length)) : "";
}

/** Headers of the browser's requests: the reader's language, and the CSRF token where something is written. */
export function requestHeaders(method: string): Record<string, string> {
  const language = currentLanguage();
  const headers: Record<string, string> = { "Accept-Language": language, "X-Huntline-Language": language };
  if (!SAFE.has(method)) headers["X-CSRFToken"] = csrfToken();
  return headers;
}

const browser: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(requestHeaders(request.method))) request.headers.set(name, value);
    return request;
  },
};

export const client = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });
client.use(browser);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * Unwraps one answer.
 *
 * @throws ApiError when the server refuses, or cannot be reached.
 */
export async function answer<T>(pending: Promise<Answer<T>>): Promise<NonNullable<T>> {
  let result: Answer<T>;
  try {
    result = await pending;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError({ ...problemFrom(0, {}), code: UNREACHABLE });
  }
  if (!result.response.ok) throw new ApiError(problemFrom(result.response.status, result.error));
  return result.data as NonNullable<T>;
}
