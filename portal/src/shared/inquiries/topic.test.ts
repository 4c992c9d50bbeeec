import { describe, expect, it } from "vitest";
import { caseTitle, shortTopic } from "./topic";

describe("shortTopic", () => {
  it("leaves the way to a page out", () => expect(shortTopic("https://h.example/tenants/aurora/alerts/1?x=2")).toBe("alerts/1?x=2"));
  it.each(["Strange logons", "https://blog.example/tenants", "https://h.example/tenants/aurora"])("keeps %j", (topic) => expect(shortTopic(topic)).toBe(topic));
});

describe("caseTitle", () => {
  it("is what the case is about, where the topic is a page", () => expect(caseTitle({ topic: "https://h.example/tenants/a/alerts/1", about: "A script host" })).toBe("A script host"));
  it("is the topic in somebody's own words", () => expect(caseTitle({ topic: "Strange logons", about: "A script host" })).toBe("Strange logons"));
  it("is the page where there is nothing else", () => expect(caseTitle({ topic: "https://h.example/tenants/a/home", about: "" })).toBe("home"));
});
