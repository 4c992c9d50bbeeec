import { describe, expect, it } from "vitest";
import { isOwnPath, safeAddress } from "./safeLink";

describe("safeAddress", () => {
  it("keeps web addresses", () => expect(safeAddress("https://example.org/a?b=c")).toBe("https://example.org/a?b=c"));
  it.each(["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "/tenants/aurora", "nothing", "ftp://example.org"])("drops %j", (text) => expect(safeAddress(text)).toBeNull());
});

describe("isOwnPath", () => {
  it("keeps pages of this portal", () => expect(isOwnPath("/tenants/aurora/alerts/1")).toBe(true));
  it.each(["//evil.example", "/\\evil.example", "https://evil.example", "/provider", ""])("drops %j", (text) => expect(isOwnPath(text)).toBe(false));
});
