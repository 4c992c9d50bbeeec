import { describe, expect, it } from "vitest";
import type { Session } from "@/shared/api/types";
import { navigationFor } from "./navigation";

const person = { id: "1", email: "a@b.example", name: "A", language: "en", theme: "system", timezone: "UTC" } as const;
const customer = { id: "2", slug: "aurora", name: "Aurora", kind: "customer" } as const;
const provider = { id: "3", slug: "north", name: "North", kind: "provider" } as const;

const member = (permissions: string[]): Session => ({ person, memberships: [{ tenant: customer, role: "reader", permissions, device_groups: null }], provider: null });

const expert = (permissions: string[]): Session => {
  const membership = { tenant: provider, role: "hunter", permissions, device_groups: null };
  return { person, memberships: [membership], provider: membership };
};

const keys = (session: Session, tenant?: string) => navigationFor(session, tenant).flatMap(({ items }) => items.map(({ key }) => key));

describe("navigationFor", () => {
  it("shows a reader what can be read", () => {
    expect(keys(member(["alert:read", "device:read", "notification:read"]), "aurora")).toEqual(["home", "incidents", "alerts", "notifications", "devices", "settings"]);
  });

  it("shows an analyst the hunting pages", () => {
    expect(keys(member(["hunt:run"]), "aurora")).toEqual(["home", "hunting", "saved", "history", "settings"]);
  });

  it("never shows a customer the provider's desk", () => {
    expect(keys(member(["draft:publish", "operations:read", "application:decide"]), "aurora")).toEqual(["home", "settings"]);
  });

  it("shows the provider's people their desk before a tenant is chosen", () => {
    expect(keys(expert(["draft:write", "hunt:run"]))).toEqual(["allTenants", "drafts"]);
    expect(keys(expert(["application:decide"]))).toEqual(["allTenants", "applications"]);
    expect(keys(expert(["operations:read"]))).toEqual(["allTenants", "outbox"]);
  });

  it("gives the provider role in a customer's tenant", () => {
    expect(keys(expert(["draft:publish", "hunt:run"]), "aurora")).toEqual(["allTenants", "drafts", "review", "home", "hunting", "saved", "history", "settings"]);
  });

  it("drops a group without items", () => {
    expect(navigationFor(member([]), "aurora").map(({ key }) => key)).toEqual(["tenant", "configuration"]);
  });
});
