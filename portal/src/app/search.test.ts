import { describe, expect, it } from "vitest";
import { nextSearch } from "./search";

describe("nextSearch", () => {
  it("keeps a path of this portal", () => expect(nextSearch({ next: "/tenants/aurora/alerts?status=New" }).next).toBe("/tenants/aurora/alerts?status=New"));
  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])("drops %j", (next) => {
    expect(nextSearch({ next }).next).toBeUndefined();
  });
});
