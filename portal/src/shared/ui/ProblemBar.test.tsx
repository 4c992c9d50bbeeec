import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ApiError, problemFrom, UNREACHABLE } from "@/shared/api/problem";
import { startI18n } from "@/shared/i18n";
import { fieldMessage, ProblemBar } from "./ProblemBar";

beforeAll(() => startI18n("en"));

const show = (error: unknown, retry?: () => void) =>
  render(
    <FluentProvider theme={webLightTheme}>
      <ProblemBar error={error} retry={retry} />
    </FluentProvider>,
  );

describe("ProblemBar", () => {
  it("shows the server's words, its code and each field", () => {
    const body = { title: "The rule is not complete", detail: "Name a recipient.", code: "rule_invalid", errors: [{ loc: ["body", "recipients"], msg: "required" }] };
    show(new ApiError(problemFrom(422, body)));
    const alert = screen.getByRole("alert");
    expect(alert).toHaveTextContent("The rule is not complete");
    expect(alert).toHaveTextContent("Name a recipient.");
    expect(alert).toHaveTextContent("recipients: required");
    expect(alert).toHaveTextContent("rule_invalid");
  });

  it("says what to do when the server cannot be reached, and tries again", async () => {
    const retry = vi.fn();
    show(new ApiError({ ...problemFrom(0, {}), code: UNREACHABLE }), retry);
    expect(screen.getByRole("alert")).toHaveTextContent("Check the network connection");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledOnce();
  });
});

describe("fieldMessage", () => {
  it.each([
    [{ loc: ["body", "form", "name"], msg: "too long" }, "name: too long"],
    [{ field: "email", message: "no address" }, "email: no address"],
    [{ message: "only this" }, "only this"],
    ["a text", "a text"],
    [null, ""],
    [{ loc: ["x"] }, ""],
  ])("reads %j", (entry, text) => expect(fieldMessage(entry)).toBe(text));
});
