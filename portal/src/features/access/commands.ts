/** A shell word for any text. */
const word = (text: string) => (/^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** A line that gets a token for a new API application, ready to paste into a shell. */
export function tokenCommand(origin: string, tenant: string, { client_id, client_secret }: { client_id: string; client_secret: string }): string {
  return [
    `curl -sS ${word(`${origin}/${tenant}/oauth2/v2.0/token`)}`,
    "  -d grant_type=client_credentials",
    `  -d client_id=${word(client_id)}`,
    `  --data-urlencode client_secret=${word(client_secret)}`,
    `  -d scope=${word(`${origin}/.default`)}`,
  ].join(" \\\n");
}

/** A line that sends one process event with a new ingest key. */
export function ingestCommand(origin: string, secret: string, now: Date = new Date()): string {
  const row = { Timestamp: now.toISOString(), DeviceId: "test-device", DeviceName: "test-device", ActionType: "ProcessCreated", FileName: "hello.exe", ProcessCommandLine: "hello.exe --huntline" };
  return [`curl -sS ${word(`${origin}/ingest/v1/rows/DeviceProcessEvents`)}`, `  -H ${word(`Authorization: Bearer ${secret}`)}`, "  -H 'Content-Type: application/x-ndjson'", `  --data-binary ${word(JSON.stringify(row))}`].join(" \\\n");
}
