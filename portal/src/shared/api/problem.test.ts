import { describe, expect, it } from "vitest";
import { ApiError, isStatus, problemFrom, problemOf, UNREADABLE } from "./problem";

describe("problemFrom", () => {
  it("reads problem+json", () => {
    const body = { type: "about:blank", title: "No", detail: "Ask first.", code: "forbidden", status: 403, errors: [{ message: "x" }] };
    expect(problemFrom(403, body)).toEqual(body);
  });

  it("keeps the status of an answer that is no problem", () => {
    expect(problemFrom(502, "<html>")).toMatchObject({ status: 502, code: UNREADABLE, title: "", errors: [] });
  });

  it("does not trust the types of a foreign body", () => {
    expect(problemFrom(400, { title: 5, code: "x", errors: "many" })).toMatchObject({ title: "", code: UNREADABLE, errors: [] });
  });
});

describe("problemOf", () => {
  it("takes the problem out of an ApiError", () => {
    const problem = problemFrom(404, { title: "Gone", code: "not_found", detail: "" });
    expect(problemOf(new ApiError(problem))).toBe(problem);
  });

  it("describes any other error by its message", () => {
    expect(problemOf(new Error("boom"))).toMatchObject({ detail: "boom", code: "unexpected", status: 0 });
  });
});

describe("isStatus", () => {
  it("tells a refusal by its status", () => {
    const error = new ApiError(problemFrom(401, {}));
    expect([isStatus(error, 401), isStatus(error, 403), isStatus(new Error("x"), 401)]).toEqual([true, false, false]);
  });
});
