import { describe, expect, it } from "vitest";
import type { Entity, HuntResult } from "@/shared/api/types";
import { alertSubject, deviceSetSubject, entitySubject, huntSubject, incidentSubject, outsideSubject, pageSubject, subjectKey, suggestedCategory, topicOf } from "./subjects";

const times = { first_activity: "2026-11-01T00:00:00Z", last_activity: "2026-11-02T00:00:00Z" };
const alert = { id: "da1/2", title: "A script host", ...times };
const EMPTY: Entity = {
  account_domain: "",
  account_name: "",
  account_sid: "",
  account_upn: "",
  device_id: "",
  device_name: "",
  entity_type: "File",
  file_name: "",
  file_size: null,
  folder_path: "",
  ip_address: "",
  md5: "",
  parent_file_name: "",
  parent_process_created: null,
  parent_process_id: null,
  process_command_line: "",
  process_created: null,
  process_id: null,
  registry_key: "",
  registry_value_data: "",
  registry_value_name: "",
  registry_value_type: "",
  role: "Related",
  sha1: "",
  sha256: "",
  url: "",
  verdict: "Unknown",
};
const entity = (change: Partial<Entity>) => entitySubject("aurora", alert, { ...EMPTY, ...change });

describe("what pages show", () => {
  it("is an alert with its page and its time", () =>
    expect(alertSubject("aurora", alert)).toEqual({ kind: "alert", reference: "da1/2", label: "A script host", url: "/tenants/aurora/alerts/da1%2F2", context: { start: times.first_activity, end: times.last_activity } }));

  it("is an incident by its number", () => expect(incidentSubject("aurora", { id: 7, title: "", ...times })).toMatchObject({ kind: "incident", reference: "7", url: "/tenants/aurora/incidents/7" }));

  it.each([
    [{ entity_type: "Machine" as const, device_id: "d1", device_name: "pc" }, { kind: "device", reference: "d1", label: "pc", url: "/tenants/aurora/devices/d1" }],
    [{ entity_type: "File" as const, file_name: "a.exe", sha256: "f00", sha1: "ba4" }, { kind: "file", reference: "f00", label: "a.exe (f00)" }],
    [{ entity_type: "File" as const, file_name: "a.exe" }, { kind: "file", reference: "a.exe", label: "a.exe" }],
    [{ entity_type: "Process" as const, file_name: "a.exe", process_command_line: "a -x" }, { kind: "file", reference: "a.exe", context: { process_command_line: "a -x", alert: "da1/2" } }],
    [{ entity_type: "User" as const, account_name: "mina", account_domain: "AUR" }, { kind: "user", reference: "AUR\\mina" }],
    [{ entity_type: "User" as const, account_name: "mina", account_upn: "mina@a.example" }, { kind: "user", reference: "mina@a.example" }],
    [{ entity_type: "Ip" as const, ip_address: "192.0.2.1" }, { kind: "ip_address", reference: "192.0.2.1" }],
    [{ entity_type: "Url" as const, url: "http://x.example/" }, { kind: "url", reference: "http://x.example/" }],
  ])("is an entity: %j", (change, expected) => expect(entity(change)).toMatchObject(expected));

  it.each([{ entity_type: "RegistryKey" as const, registry_key: "HKLM" }, { entity_type: "File" as const }, { entity_type: "Machine" as const, device_name: "pc" }])("is nothing to ask about by itself: %j", (change) => expect(entity(change)).toBeNull());

  it("is a set of devices with its filters", () =>
    expect(deviceSetSubject("aurora", "2 devices", ["d1", "d2"], { q: "pc", group: undefined, tag: "a b" })).toEqual({
      kind: "device_set",
      reference: "d1,d2",
      label: "2 devices",
      url: "/tenants/aurora/devices?q=pc&tag=a+b",
      context: { devices: ["d1", "d2"], filters: { q: "pc", tag: "a b" } },
    }));

  it.each([0, 1001])("is no set of %d devices", (count) => expect(deviceSetSubject("aurora", "", Array<string>(count).fill("d"), {})).toBeNull());

  it("is a page where it shows no one thing, and only of the tenant", () => {
    expect(pageSubject("aurora", "https://h.example/tenants/aurora/alerts?status=New", "Alerts")).toMatchObject({ kind: "page", reference: "/tenants/aurora/alerts?status=New", label: "Alerts" });
    expect(pageSubject("aurora", "https://h.example/tenants/aurora2", "")).toBeNull();
    expect(pageSubject("aurora", "https://h.example/account", "")).toBeNull();
  });
});

describe("a hunt", () => {
  const result = {
    id: "0190",
    window: { start: "2026-11-01T00:00:00Z", end: "2026-11-02T00:00:00Z" },
    columns: [
      { name: "FileName", type: "string" },
      { name: "ProcessId", type: "long" },
    ],
    rows: [
      ["a.exe", 1],
      ["b.exe", 2],
    ],
  } as unknown as HuntResult;

  it("takes its query, its window and the chosen rows along", () => {
    const subject = huntSubject("aurora", "// mine\nDeviceEvents\n| take 2", result, [1]);
    expect(subject).toMatchObject({ kind: "hunt", reference: "0190", label: "DeviceEvents", context: { query: "// mine\nDeviceEvents\n| take 2", rows: [{ FileName: "b.exe", ProcessId: 2 }], rows_chosen: 1 } });
    expect(subject.url).toMatch(/^\/tenants\/aurora\/hunting\?query=.*&window=custom&start=2026-11-01T00%3A00%3A00Z/);
  });

  it("leaves rows out before they are too many, and says how many were chosen", () => {
    const rows = Array.from({ length: 50 }, () => ["x".repeat(10_000), 1]);
    const { context } = huntSubject("aurora", "T", { ...result, rows }, rows.map((_, place) => place));
    expect((context?.rows as unknown[]).length).toBe(11);
    expect(context?.rows_chosen).toBe(50);
    expect(JSON.stringify(context).length).toBeLessThan(200_000);
  });

  it("goes without a link that would be too long", () => expect(huntSubject("aurora", "T".repeat(3000), result, []).url).toBe(""));
});

describe("outsideSubject", () => {
  it("is an address of the web", () => expect(outsideSubject(" HTTPS://example.org/a ")).toMatchObject({ kind: "outside", reference: "https://example.org/a", url: "https://example.org/a" }));
  it.each(["javascript:alert(1)", "example.org", "https://", "https://a b.example", "/tenants/aurora"])("is not %j", (text) => expect(outsideSubject(text)).toBeNull());
});

describe("topicOf", () => {
  it("is the link of the page in view", () => expect(topicOf("https://h.example/tenants/a/alerts/1?x=2")).toBe("https://h.example/tenants/a/alerts/1?x=2"));
  it("leaves a search out that is too long for a topic", () => expect(topicOf(`https://h.example/hunting?query=${"x".repeat(1000)}`)).toBe("https://h.example/hunting"));
});

it("suggests the kind of question by the first subject", () => {
  expect(suggestedCategory([alertSubject("a", alert)])).toBe("alert");
  expect(suggestedCategory([])).toBe("other");
});

it("tells subjects apart by kind and reference", () => expect(subjectKey({ kind: "alert", reference: "1", label: "x", url: "", context: {} })).toBe("alert 1"));
