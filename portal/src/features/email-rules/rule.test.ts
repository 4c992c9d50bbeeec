import { describe, expect, it } from "vitest";
import { badRecipients, readRecipients } from "./rule";

describe("readRecipients", () => {
  it("takes what people paste", () => expect(readRecipients("a@x.example, b@x.example;\nc@x.example a@x.example")).toEqual(["a@x.example", "b@x.example", "c@x.example"]));
});

describe("badRecipients", () => {
  it("names what can be no address", () => expect(badRecipients(["a@x.example", "a@x", "nobody"])).toEqual(["a@x", "nobody"]));
});
