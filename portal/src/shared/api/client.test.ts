import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, UNREACHABLE } from "./problem";
import { answer, csrfToken, requestHeaders } from "./client";

afterEach(() => {
  document.cookie = "huntline_csrf=; max-age=0";
  vi.restoreAllMocks();
});

describe("requestHeaders", () => {
  it("echoes the CSRF cookie where something is written, and only there", () => {
    document.cookie = "huntline_csrf=a%20b";
    expect(csrfToken()).toBe("a b");
    expect(requestHeaders("POST")["X-CSRFToken"]).toBe("a b");
    expect(requestHeaders("GET")).not.toHaveProperty("X-CSRFToken");
  });
});

describe("answer", () => {
  it("gives the data", async () => {
    await expect(answer(Promise.resolve({ data: { a: 1 }, response: new Response("{}") }))).resolves.toEqual({ a: 1 });
  });

  it("throws the server's problem", async () => {
    const refused = { error: { title: "No", code: "forbidden", detail: "Ask first." }, response: new Response("", { status: 403 }) };
    await expect(answer(Promise.resolve(refused))).rejects.toMatchObject({ problem: { status: 403, code: "forbidden" } });
  });

  it("says when the server cannot be reached", async () => {
    const error: unknown = await answer(Promise.reject(new TypeError("fetch failed"))).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).problem.code).toBe(UNREACHABLE);
  });

  it("lets a cancelled request be cancelled", async () => {
    await expect(answer(Promise.reject(new DOMException("x", "AbortError")))).rejects.toMatchObject({ name: "AbortError" });
  });
});
