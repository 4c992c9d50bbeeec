/** One error of the API: RFC 9457 problem+json, written by the server in the reader's language. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors: unknown[];
}

/** Thrown by every call of `shared/api` that does not succeed. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiError";
    this.problem = problem;
  }
}

/** The code of an answer that never reached the server (no network, server down). */
export const UNREACHABLE = "unreachable";
/** The code of an answer that is no problem+json (a proxy's page, a crash). */
export const UNREADABLE = "unreadable";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads an error body of any kind into a problem; what is no problem+json keeps its status and says so in its code. */
export function problemFrom(status: number, body: unknown): Problem {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const readable = typeof fields.code === "string" && typeof fields.title === "string";
  return {
    type: text(fields.type) || "about:blank",
    title: text(fields.title),
    status,
    detail: text(fields.detail),
    code: readable ? text(fields.code) : UNREADABLE,
    errors: Array.isArray(fields.errors) ? fields.errors : [],
  };
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return { type: "about:blank", title: "", status: 0, detail: error instanceof Error ? error.message : String(error), code: "unexpected", errors: [] };
}

export const isStatus = (error: unknown, status: number): boolean => error instanceof ApiError && error.problem.status === status;
