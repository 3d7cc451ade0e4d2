import { describe, expect, test } from "@jest/globals";
import { logProblems } from "../../../provider/api";
import { pattern, redacted, unknownName } from "../../expected/messages";
import { entry } from "./helpers";

const request = { method: "GET", host: "api.example", path: "/" } as const;

test("accepts every field, and null IDs", () => {
  const ids = { externalBusinessId: "a", advertiserId: "b", merchantId: "c", tagId: "d", feedProfileId: "e" };
  const error = {
    name: "E",
    message: "m",
    messageDetail: "d",
    cause: "c",
    number: 1,
    fileName: "f",
    lineNumber: 2,
    columnNumber: 3,
    stackTrace: "s",
  };
  const full = entry("m", {
    ...ids,
    appVersionNumber: "1",
    platformVersionNumber: "2",
    error,
    request: {
      ...request,
      requestHeaders: { accept: "text/html" },
      responseHeaders: {},
      responseStatusCode: 200,
    },
  });
  expect(logProblems(full)).toEqual([]);
  const unset = Object.fromEntries(Object.keys(ids).map((name) => [name, null]));
  expect(logProblems({ ...full, ...unset })).toEqual([]);
});

describe("limits lengths in characters", () => {
  test.each([
    ["message", 8192],
    ["externalBusinessId", 2048],
    ["advertiserId", 128],
    ["merchantId", 128],
    ["tagId", 128],
    ["feedProfileId", 128],
    ["appVersionNumber", 20],
    ["platformVersionNumber", 20],
    ["error.name", 256],
    ["error.message", 8192],
    ["error.messageDetail", 1024],
    ["error.cause", 512],
    ["error.fileName", 256],
  ])("%s: %i", (field, limit) => {
    const entryWith = (text: string) => {
      const [outer = "", inner] = field.split(".");
      return { ...entry("m"), [outer]: inner === undefined ? text : { [inner]: text } };
    };
    expect(logProblems(entryWith("x".repeat(limit)))).toEqual([]);
    expect(logProblems(entryWith("🛍".repeat(limit)))).toEqual([]);
    const allowed = `must be a string of at most ${limit} characters`;
    expect(logProblems(entryWith("x".repeat(limit + 1)))).toEqual([
      { field, problem: `${allowed}, but is a string of ${limit + 1} characters` },
    ]);
    expect(logProblems(entryWith(`🛍${"x".repeat(limit)}`))).toHaveLength(1);
  });
});

test("reports all problems by field, without values", () => {
  const problems = logProblems({
    eventType: "WEB",
    logLevel: "5ecret",
    message: null,
    advertiserId: 12,
    appVersionNumber: "",
    mesage: "5ecret",
    error: { number: 1.5, stack: "5ecret" },
    request: { method: "get", path: "/", responseStatusCode: "200", requestHeaders: { a: 1 } },
  });
  expect(problems).toEqual([
    expect.objectContaining({
      field: "mesage",
      problem: expect.stringMatching(
        new RegExp(`^${pattern(unknownName("field of a log entry", "message"))}`),
      ),
    }),
    { field: "clientTimestamp", problem: "is missing" },
    { field: "eventType", problem: "must be one of APP, API, but is a string of 3 characters" },
    { field: "logLevel", problem: "must be one of INFO, WARN, ERROR, but is a string of 6 characters" },
    { field: "message", problem: "must be a string of at most 8192 characters, but is null" },
    { field: "advertiserId", problem: "must be a string of at most 128 characters, but is a number" },
    expect.objectContaining({ field: "error.stack" }),
    { field: "error.number", problem: "must be a whole number, but is a number that is not whole" },
    expect.objectContaining({ field: "request.method" }),
    { field: "request.host", problem: "is missing" },
    { field: "request.requestHeaders.a", problem: "must be a string, but is a number" },
    {
      field: "request.responseStatusCode",
      problem: "must be a whole number, but is a string of 3 characters",
    },
  ]);
  expect(JSON.stringify(problems)).not.toContain("5ecret");
});

test.each([[null], [[]], ["text"]])("%j is not an entry", (value) => {
  expect(logProblems(value)).toEqual([{ problem: expect.stringContaining("must be an object") }]);
});

test.each([
  "Authorization",
  "proxy-authorization",
  "Cookie",
  "set-cookie",
  "X-Api-Key",
  "x-csrf-token",
  "client_secret",
  "X-Session-Id",
  "x-auth",
])("rejects the header %s without its value", (name) => {
  for (const headers of ["requestHeaders", "responseHeaders"]) {
    expect(logProblems({ ...entry("m"), request: { ...request, [headers]: { [name]: "5ecret" } } })).toEqual([
      { field: `request.${headers}.${name}`, problem: "is a header for secrets; remove it" },
    ]);
  }
});

test.each([
  ["message", entry("got pina_AAAAAAAAAAAAAAAA back")],
  ["error.stackTrace", entry("m", { error: { stackTrace: '{"partner_access_token":"abc"}' } })],
  ["request.path", entry("m", { request: { ...request, path: "/?access_token=abc" } })],
  [
    "request.requestHeaders.referer",
    entry("m", { request: { ...request, requestHeaders: { referer: "https://x/?client_secret=abc" } } }),
  ],
])("rejects %s that contains a string like a token", (field, bad) => {
  expect(logProblems(bad)).toEqual([
    { field, problem: "contains what looks like a token or another secret; remove it" },
  ]);
});

test("accepts the name of a shop that begins like a token", () => {
  const host = "pinarello-milano.example";
  expect(
    logProblems(entry("m", { externalBusinessId: "pina-colada-bar", request: { ...request, host } })),
  ).toEqual([]);
});

test.each([
  "no Bearer token was sent",
  "Bearer realm",
  `refresh_token: "${redacted}"`,
  "access_token was null",
])("accepts the message %j about tokens", (message) => expect(logProblems(entry(message))).toEqual([]));
