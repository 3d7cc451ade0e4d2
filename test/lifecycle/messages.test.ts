import { describe, expect, test } from "@jest/globals";
import { PinterestApiError, PinterestError } from "../../provider/api";
import { messageForEngine, messageWithHint } from "../../provider/lifecycle/messages";
import { programWording } from "../run-context";

const context = { operation: "getCommerceIntegration", externalBusinessId: "shop-1" } as const;
const responded = (status: number, code?: number) =>
  new PinterestApiError(context, { status, code, apiMessage: "no" });
const failed = (kind: "connection" | "credentials", outcome: "never-sent" | "unknown") =>
  new PinterestError(context, { kind, outcome, summary: "it failed" });

describe("the hint at the configuration of the last update", () => {
  test.each([
    ["a rejected token", responded(401, 2)],
    ["a missing scope", responded(403, 3)],
    ["an address that may be wrong", responded(404)],
    ["a host that cannot be reached", failed("connection", "never-sent")],
    ["a missing token", failed("credentials", "never-sent")],
  ])("is a part of the message about %s", (_case, error) => {
    expect(messageWithHint(error, programWording)).toMatch(
      /^reading .*\. Add `--run-program` if you have changed .*\.$/,
    );
  });

  test("precedes the remedy, because it is what to try first", () => {
    const message = messageWithHint(responded(401, 2), programWording);
    expect(message).toMatch(
      /Add `--run-program` if .* of the last update\. Set a valid access token: this one is/,
    );
  });

  test.each(["environment", "command"] as const)(
    "is omitted if the token comes from the %s, which has the current one",
    (tokenFrom) => {
      const error = new PinterestApiError(
        { ...context, tokenFrom },
        { status: 401, code: 2, apiMessage: "no" },
      );
      expect(messageWithHint(error, programWording)).toBe(error.message);
    },
  );

  test("is a part of the message that the engine gets", () => {
    const error = responded(401, 2);
    expect(messageForEngine(error, programWording)).toContain(messageWithHint(error, programWording));
  });

  test.each([
    ["a missing integration", responded(404, 4180)],
    ["an account that may not do this", responded(403, 29)],
    ["an invalid value", responded(400, 1)],
    ["a server error", responded(500, 0)],
    ["a lost connection", failed("connection", "unknown")],
    ["a bug", new TypeError("x is not a function")],
  ])("is not a part of the message about %s", (_case, error) => {
    expect(messageWithHint(error, programWording)).toBe(error.message);
  });
});
