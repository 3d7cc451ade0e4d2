import { expect, test } from "@jest/globals";
import { entryOfLine } from "../../../provider/cli/logs/entry-of-line";
import { maxBatchBytes } from "../../../provider/pinterest/logs/batches";
import { line } from "./helpers";

const position = { line: 1, offset: 0 };
const read = (text: string | Buffer | undefined) =>
  entryOfLine({
    start: position,
    next: position,
    bytes: text === undefined ? undefined : Buffer.from(text as string),
  });

test("the names of this package and those of Pinterest's API are taken, also in one entry", () => {
  const entry = {
    clientTimestamp: 5,
    eventType: "API",
    logLevel: "ERROR",
    tagId: null,
    error: { name: "E", messageDetail: "more", lineNumber: 3 },
    request: { method: "GET", host: "h", path: "/", requestHeaders: { x_y: "z" }, responseStatusCode: 500 },
  };
  const wire = {
    client_timestamp: 5,
    event_type: "API",
    log_level: "ERROR",
    tag_id: null,
    error: { name: "E", message_detail: "more", line_number: 3 },
    request: {
      method: "GET",
      host: "h",
      path: "/",
      request_headers: { x_y: "z" },
      response_status_code: 500,
    },
  };
  for (const given of [entry, wire, { ...wire, error: entry.error }]) {
    expect(read(JSON.stringify(given))).toMatchObject({ kind: "entry", entry });
  }
});

test.each([
  ["{", undefined, "is no JSON"],
  ["[1]", undefined, "is a list; allowed is an object"],
  ["null", undefined, "is null; allowed is an object"],
  [line("m", { logLevel: "LOUD" }), "logLevel", "allowed is INFO, WARN, ERROR"],
  [line("m", { message: "x".repeat(8193) }), "message", "at most 8192 characters"],
  [line("m", { colour: 1 }), "colour", "is not a field of a log entry"],
  [line("m", { __proto__: 1 }).replace("}", ',"__proto__":{"a":1}}'), "__proto__", "is not a field"],
  [line("m", { client_timestamp: 1 }), "clientTimestamp", "is given twice, also as client_timestamp"],
  [line("m", { error: { cause: "Bearer abcdefghijklmnopqrstuvwxyz" } }), "error.cause", "looks like a token"],
  [line("m", { clientTimestamp: 1.5 }), "clientTimestamp", "a whole number"],
  [line("m", { error: { stackTrace: "x".repeat(maxBatchBytes) } }), undefined, "shorten error.stackTrace"],
])("%.60j is not sent", (text, field, problem) => {
  const content = read(text);
  expect(content).toMatchObject({ kind: "faulty", text });
  expect(content).toHaveProperty("problems", [
    { ...(field && { field }), problem: expect.stringContaining(problem) },
  ]);
});

test("a line that is no UTF-8, or too long to be kept, is not sent", () => {
  expect(read(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({
    kind: "faulty",
    problems: [{ problem: "the line is no UTF-8" }],
  });
  expect(read(undefined)).toMatchObject({
    problems: [{ problem: expect.stringContaining("is longer than") }],
  });
});

test.each(["", " \t", "\r"])("%j is no entry", (text) => {
  expect(read(text)).toEqual({ kind: "blank" });
});
