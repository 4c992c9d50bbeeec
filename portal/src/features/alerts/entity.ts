import type { Entity } from "@/shared/api/types";

/** What names each kind of entity, the most telling first; the first that is there is its headline. */
const HEADLINES: Record<Entity["entity_type"], readonly (keyof Entity)[]> = {
  Machine: ["device_name", "device_id"],
  User: ["account_upn", "account_name", "account_sid"],
  Process: ["process_command_line", "file_name"],
  File: ["file_name", "sha256", "sha1"],
  Ip: ["ip_address"],
  Url: ["url"],
  RegistryKey: ["registry_key"],
  Registry: ["registry_value_name", "registry_key"],
};
/** Facts under the names that hunters know from the hunting tables, in the order in which they are read. */
const FACTS: readonly (readonly [keyof Entity, string])[] = [
  ["device_name", "DeviceName"],
  ["account_domain", "AccountDomain"],
  ["account_name", "AccountName"],
  ["account_upn", "AccountUpn"],
  ["account_sid", "AccountSid"],
  ["process_id", "ProcessId"],
  ["process_created", "ProcessCreationTime"],
  ["process_command_line", "ProcessCommandLine"],
  ["parent_file_name", "ParentFileName"],
  ["parent_process_id", "ParentProcessId"],
  ["parent_process_created", "ParentProcessCreationTime"],
  ["file_name", "FileName"],
  ["folder_path", "FolderPath"],
  ["file_size", "FileSize"],
  ["sha1", "SHA1"],
  ["sha256", "SHA256"],
  ["md5", "MD5"],
  ["ip_address", "RemoteIP"],
  ["url", "RemoteUrl"],
  ["registry_key", "RegistryKey"],
  ["registry_value_name", "RegistryValueName"],
  ["registry_value_type", "RegistryValueType"],
  ["registry_value_data", "RegistryValueData"],
  ["device_id", "DeviceId"],
];

const said = (value: unknown): value is string | number | boolean => value !== null && value !== undefined && value !== "" && typeof value !== "object";

const headlineField = (item: Entity) => HEADLINES[item.entity_type].find((name) => said(item[name]));

export function entityHeadline(item: Entity): string {
  const field = headlineField(item);
  return field === undefined ? item.entity_type : String(item[field]);
}

/** Everything else that is known about the entity, as name and text. */
export function entityFacts(item: Entity): [string, string][] {
  const headline = headlineField(item);
  return FACTS
    // The id of a device that has a name says nothing more; its own row has it.
    .filter(([field]) => field !== "device_id" || item.entity_type === "Machine" || item.device_name === "")
    .filter(([field]) => field !== headline && said(item[field]))
    .map(([field, name]) => [name, String(item[field])]);
}
