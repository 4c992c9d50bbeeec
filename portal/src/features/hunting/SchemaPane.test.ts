import { describe, expect, it } from "vitest";
import { searchTables } from "./SchemaPane";
import { showSchema } from "./kustoSchema";

const column = (name: string, type = "string") => ({ name, type, documentation: `The ${name}` });
const tables = [
  { name: "DeviceInfo", documentation: "Devices", columns: [column("DeviceId"), column("OSPlatform")] },
  { name: "AlertInfo", documentation: "Alerts", columns: [column("AlertId"), column("Timestamp", "datetime")] },
];

describe("searchTables", () => {
  it("gives all without a text", () => expect(searchTables(tables, " ")).toHaveLength(2));
  it("keeps all columns of a table that matches", () => expect(searchTables(tables, "deviceinfo")[0]?.columns).toHaveLength(2));
  it("keeps only the columns that match", () => expect(searchTables(tables, "osplat")).toEqual([{ ...tables[0], columns: [column("OSPlatform")] }]));
});

describe("showSchema", () => {
  it("tells Kusto's editor names, types and documentation", () => {
    const { Tables } = showSchema(tables).Databases.Huntline;
    expect(Tables.AlertInfo?.OrderedColumns[1]).toEqual({ Name: "Timestamp", Type: "System.DateTime", CslType: "datetime", DocString: "The Timestamp" });
  });
});
