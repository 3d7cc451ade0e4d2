import { expect, test } from "@jest/globals";
import { parseApiUrl } from "../../provider/api/address";
import { messageForEngine } from "../../provider/lifecycle/messages";
import { PartialFailure } from "../../provider/lifecycle/outputs";
import { programWording } from "../run-context";

const bug =
  /^Cannot read .* at .*bug-report\.test\.ts.*\. This is a bug in pulumi-pinterest \d.*\. Report it, .*issue tracker/;

function unexpected(): unknown {
  try {
    return (undefined as unknown as { field: string }).field;
  } catch (error) {
    return error;
  }
}

test("reports an unexpected error as a bug, with its location and the place to report it", () => {
  expect(messageForEngine(unexpected(), programWording)).toMatch(bug);
  const withoutLocation = Object.assign(new TypeError("no"), { stack: "TypeError: no" });
  expect(messageForEngine(withoutLocation, programWording)).toMatch(/^no\. This is a bug in/);
});

test("reports an unexpected error that caused a partial failure as a bug", () => {
  const cause = unexpected() as Error;
  const outputs = { externalBusinessId: "shop", fields: {}, managed: [], released: [] };
  expect(
    messageForEngine(new PartialFailure({ message: cause.message, cause }, outputs), programWording),
  ).toContain("This is a bug in");
});

test.each([
  ["an error of the provider", new Error("no access token"), "no access token"],
  ["a thrown string", "missing", "missing"],
  ["undefined", undefined, "undefined"],
  ["a message with an unpaired surrogate", new Error("shop \ud83d"), "shop \ufffd"],
])("returns the message of %s", (_what, error, message) => {
  expect(messageForEngine(error, programWording)).toBe(message);
});

test("does not report an invalid address as a bug", () => {
  const messageOf = (apiUrl: string) => {
    try {
      return `accepted ${parseApiUrl(apiUrl).host}`;
    } catch (error) {
      return messageForEngine(error, programWording);
    }
  };
  expect(messageOf("api.pinterest.com")).toBe(
    "apiUrl must be an absolute URL such as https://api.pinterest.com/v5",
  );
});
