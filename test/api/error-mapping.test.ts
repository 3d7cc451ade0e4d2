import { describe, expect, test } from "@jest/globals";
import { deadlineError, readErrorBody, TransportFailure } from "../../provider/api/error-mapping";

const read = (body: unknown) => readErrorBody(JSON.stringify(body));

test("reads code and message in Pinterest's format", () => {
  expect(read({ code: 4180, message: "Not found." })).toEqual({
    code: 4180,
    message: "Not found.",
    hints: {},
    more: false,
  });
});

test("reads each message once, the field `message` first", () => {
  const body = { error_description: "c", message_detail: "b", message: "a" };
  expect(read(body).message).toBe("a b c");
  expect(read({ ...body, message_detail: "a", error_description: "a" }).message).toBe("a");
});

test.each([
  ["number", 4180, 4180],
  ["number that is 0", 0, 0],
  ["number in a string", "4180", 4180],
  ["string of more than 15 digits", "4180418041804180", undefined],
  ["fraction", 4.5, undefined],
  ["negative number in a string", "-1", undefined],
  ["word", "NotFound", undefined],
  ["empty string", "", undefined],
  ["null", null, undefined],
])("reads a code that is a %s", (_name, code, expected) => {
  expect(read({ code, message: "no" })).toEqual({
    message: "no",
    hints: {},
    more: false,
    ...(expected === undefined ? {} : { code: expected }),
  });
});

test.each([
  ["number", 5],
  ["null", null],
  ["empty string", ""],
  ["object", { text: "no" }],
])("ignores a message that is a %s", (_name, message) => {
  expect(read({ code: 1, message })).toEqual({ code: 1, message: "", hints: {}, more: true });
});

test.each([
  ["Looks like SPAM.", { isSpam: true }],
  ["Apps with Trial access may not", { isTrialAccess: true }],
  ["Industrial apps may not, nor may trials", {}],
  ["a restricted feature", { restrictedFeature: "" }],
  ["no access to this restricted feature: commerce_api.", { restrictedFeature: "commerce_api" }],
  ["'logs[3].message' is too long", { logEntry: { index: 3, field: "message" } }],
  ["logs.3.error.name is too long", { logEntry: { index: 3, field: "error.name" } }],
  ["/logs/12 is invalid", { logEntry: { index: 12 } }],
  ["logs/12/error/stack_trace/0 is invalid", { logEntry: { index: 12, field: "error/stack_trace" } }],
  ["logs[1] and logs[2].message are invalid", { logEntry: { index: 1 } }],
  ["blogs[3].message, logs of 3 and logs[x]", {}],
])("reads hints from the message %j", (message, hints) => {
  expect(read({ code: 1, message }).hints).toEqual(hints);
});

test("reports details as more than the message", () => {
  expect(read({ code: 1, message: "no", details: {} }).more).toBe(true);
});

describe("reports a body that is not in Pinterest's format as more than a message", () => {
  test.each(["<html>", "[]", "null", "4180", '"no"', '{"code": 29'])("%s", (text) => {
    expect(readErrorBody(text)).toEqual({ message: "", hints: {}, more: true });
  });
});

test.each(["", " \n"])("finds nothing in an empty body: %j", (text) => {
  expect(readErrorBody(text)).toEqual({ message: "", hints: {}, more: false });
});

describe("the reason of a failed connection", () => {
  const deadline = { timeoutMs: 1000, signal: new AbortController().signal, expired: false };
  const reasonOf = (cause: unknown) =>
    new TransportFailure("connecting", deadline, cause, (text) => text).message;

  test.each([
    ["the message of the error", new Error("refused"), "refused"],
    [
      "the messages of all addresses",
      Object.assign(new AggregateError([new Error("a"), new Error("b")]), { code: "E" }),
      "a: b",
    ],
    ["the message of the cause, once", new Error("a", { cause: new Error("a") }), "a"],
    ["the code, if there is no message", Object.assign(new Error(""), { code: "ECONNRESET" }), "ECONNRESET"],
    [
      "unknown, if the code is not a string",
      Object.assign(new Error(""), { code: 5, errors: "no" }),
      "for an unknown reason",
    ],
    ["unknown, if it is not an error", "secret", "for an unknown reason"],
  ])("is %s", (_name, cause, reason) => {
    expect(reasonOf(cause)).toBe(reason);
  });
});

test.each([
  ["connecting", false, "Nothing was sent: check network and proxy, then run again."],
  ["getting an access token", false, "Nothing was sent: run again later."],
  ["waiting for the answer", true, "Nothing was changed. Run again later."],
])("the remedy of a timeout while %s", (during, isSent, remedy) => {
  const context = { operation: "listIntegrations" } as const;
  const error = deadlineError(context, { expired: true, timeoutMs: 1000 }, { during, isSent });
  expect(error).toMatchObject({ kind: "timeout", isTransient: true, remedy });
});
