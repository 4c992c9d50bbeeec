import type { FunctionSchema, TableSchema } from "@/shared/api/types";

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

const columnsOf = (columns: readonly { name: string; type: string }[]) =>
  columns.map(({ name, type }) => ({ Name: name, Type: CLR_TYPES[type] ?? "System.Object", CslType: type }));

const inputOf = ({ name, type, default: value, columns }: FunctionSchema["parameters"][number]) =>
  type === "table"
    ? { Name: name, Columns: columnsOf(columns) }
    : { Name: name, Type: CLR_TYPES[type] ?? "System.Object", CslType: type, ...(value === null ? {} : { CslDefaultValue: value }) };

/** The answer that Kusto's `.show schema as json` would give for these tables and functions, which is what its editor understands. */
export function showSchema(tables: readonly TableSchema[], functions: readonly FunctionSchema[] = []) {
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
        Functions: Object.fromEntries(
          functions.map(({ name, documentation, parameters, body }) => [
            name,
            {
              Name: name,
              Folder: "",
              DocString: documentation,
              FunctionKind: "Unknown",
              InputParameters: parameters.map(inputOf),
              OutputColumns: [],
              Body: `{ ${body} }`,
            },
          ]),
        ),
        DatabaseAccessMode: "ReadWrite",
        MajorVersion: 1,
        MinorVersion: 0,
      },
    },
  };
}
