import type { TableSchema } from "@/shared/api/types";

const CLR_TYPES: Record<string, string> = {
  bool: "System.SByte",
  datetime: "System.DateTime",
  decimal: "System.Data.SqlTypes.SqlDecimal",
  dynamic: "System.Object",
  guid: "System.Guid",
  int: "System.Int32",
  long: "System.Int64",
  real: "System.Double",
  string: "System.String",
  timespan: "System.TimeSpan",
};

export const DATABASE = "Huntline";

/** The answer that Kusto's `.show schema as json` would give for these tables, which is what its editor understands. */
export function showSchema(tables: readonly TableSchema[]) {
  return {
    Plugins: [],
    Databases: {
      [DATABASE]: {
        Name: DATABASE,
        Tables: Object.fromEntries(
          tables.map(({ name, documentation, columns }) => [
            name,
            {
              Name: name,
              EntityType: "Table",
              DocString: documentation,
              OrderedColumns: columns.map((column) => ({
                Name: column.name,
                Type: CLR_TYPES[column.type] ?? "System.Object",
                CslType: column.type,
                DocString: column.documentation,
              })),
            },
          ]),
        ),
        ExternalTables: {},
        MaterializedViews: {},
        EntityGroups: {},
        Functions: {},
        DatabaseAccessMode: "ReadWrite",
        MajorVersion: 1,
        MinorVersion: 0,
      },
    },
  };
}
