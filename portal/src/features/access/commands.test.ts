import { describe, expect, it } from "vitest";
import { ingestCommand, tokenCommand } from "./commands";

describe("tokenCommand", () => {
  it("quotes what a shell would read", () => {
    const command = tokenCommand("http://localhost:8000", "aurora", { client_id: "abc", client_secret: "it's $HOME" });
    expect(command).toContain("http://localhost:8000/aurora/oauth2/v2.0/token");
    expect(command).toContain(`client_secret='it'\\''s $HOME'`);
  });
});

describe("ingestCommand", () => {
  it("sends one row that can be parsed", () => {
    const command = ingestCommand("http://localhost:8000", "hlk_1", new Date("2026-01-01T00:00:00Z"));
    const row = JSON.parse(/--data-binary '(.*)'$/.exec(command)?.[1] ?? "") as Record<string, string>;
    expect(row.Timestamp).toBe("2026-01-01T00:00:00.000Z");
    expect(command).toContain("'Authorization: Bearer hlk_1'");
  });
});
