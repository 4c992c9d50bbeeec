import { expect, it } from "vitest";
import { DATABASE, showSchema } from "./kustoSchema";

it("lists functions with what each parameter takes", () => {
  const { Functions } = showSchema([], [
    {
      name: "OfDevice",
      documentation: "by device",
      library: "tenant",
      body: "T | where DeviceId == id",
      parameters: [
        { name: "T", type: "table", default: null, columns: [{ name: "DeviceId", type: "string" }] },
        { name: "id", type: "string", default: null, columns: [] },
        { name: "days", type: "long", default: "7", columns: [] },
      ],
    },
  ]).Databases[DATABASE];
  expect(Functions["OfDevice"]).toMatchObject({
    Body: "{ T | where DeviceId == id }",
    InputParameters: [
      { Name: "T", Columns: [{ Name: "DeviceId", Type: "System.String", CslType: "string" }] },
      { Name: "id", CslType: "string" },
      { Name: "days", CslType: "long", CslDefaultValue: "7" },
    ],
  });
});
