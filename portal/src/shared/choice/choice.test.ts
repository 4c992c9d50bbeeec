import { expect, it } from "vitest";
import { chosenSources, isChosen, sourcesOf } from "./choice";

it("is complete with a severity of any source and with a device group", () => {
  expect(isChosen({ severities: ["High"], detections: {}, device_groups: null })).toBe(true);
  expect(isChosen({ severities: [], detections: { CustomDetection: ["Low"] }, device_groups: ["g"] })).toBe(true);
  expect(isChosen({ severities: [], detections: { CustomDetection: [] }, device_groups: null })).toBe(false);
  expect(isChosen({ severities: ["High"], detections: {}, device_groups: [] })).toBe(false);
});

it("shows a source that is chosen though nobody knows it", () => {
  expect(sourcesOf({ ThirdPartySensors: ["High"] })).toContain("ThirdPartySensors");
  expect(sourcesOf({ CustomDetection: [] }).filter((source) => source === "CustomDetection")).toHaveLength(1);
  expect(chosenSources({ A: [], B: ["High"] })).toEqual([["B", ["High"]]]);
});
