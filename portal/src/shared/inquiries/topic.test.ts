import { describe, expect, it } from "vitest";
import { caseTitle, shortTopic } from "./topic";

describe("shortTopic", () => {
  it("leaves the way to a page out", () => expect(shortTopic("https://h.example/tenants/aurora/alerts/1?x=2")).toBe("alerts/1?x=2"));
  it.each(["Strange logons", "https://blog.example/tenants", "https://h.example/tenants/aurora"])("keeps %j", (topic) => expect(shortTopic(topic)).toBe(topic));
});

describe("caseTitle", () => {
  const subjects = [{ label: "A script host" }];
  it("is what the case is about, where the topic is a page", () => expect(caseTitle("https://h.example/tenants/a/alerts/1", subjects)).toBe("A script host"));
  it("is the topic in somebody's own words", () => expect(caseTitle("Strange logons", subjects)).toBe("Strange logons"));
  it("is the page where there is nothing else", () => expect(caseTitle("https://h.example/tenants/a/home", [])).toBe("home"));
});
