import { describe, expect, it } from "vitest";
import { alertSearch, incidentSearch, pageSearch, pageWindow } from "./search";

describe("alertSearch", () => {
  it("keeps what it knows", () => {
    expect(alertSearch({ q: "mshta", status: "New", severity: "High", page: "3" })).toEqual({ q: "mshta", status: "New", severity: "High", page: 3 });
  });
  it("drops what nobody can have meant", () => {
    expect(alertSearch({ q: "  ", status: "Broken", severity: 5, page: -1, other: "x" })).toEqual({ q: undefined, status: undefined, severity: undefined, page: undefined });
  });
  it("takes a number as text", () => expect(alertSearch({ q: 4688 }).q).toBe("4688"));
});

describe("incidentSearch", () => {
  it("knows the incidents' own states", () => {
    expect(incidentSearch({ status: "Active" }).status).toBe("Active");
    expect(incidentSearch({ status: "New" }).status).toBeUndefined();
  });
});

describe("pageSearch", () => {
  it("leaves the first page out", () => expect(pageSearch({ page: 1 }).page).toBeUndefined());
});

describe("pageWindow", () => {
  it("counts from the page", () => {
    expect(pageWindow(undefined)).toEqual({ limit: 50, offset: 0 });
    expect(pageWindow(3)).toEqual({ limit: 50, offset: 100 });
  });
});
