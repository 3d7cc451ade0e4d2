import { expect, test } from "@jest/globals";
import { unknownValue } from "../../provider/lifecycle/values";
import { checkLog } from "../../provider/runtime/integration-logs";

const least = { eventType: "APP", logLevel: "INFO" };
const request = { method: "GET", host: "h", path: "/" };

test("returns inputs unchanged, without null and unknown properties", () => {
  const inputs = { ...least, error: { name: "E" }, triggers: [1, { a: null }], account: "north" };
  expect(checkLog({ ...inputs, message: null, __provider: "text" })).toEqual({ inputs, problems: [] });
});

test("names each problem without a value", () => {
  const { problems } = checkLog({
    eventType: "5ecret",
    mesage: "5ecret",
    error: { message: 5 },
    request: { ...request, requestHeaders: { Authorization: "5ecret" } },
    account: "",
  });
  expect(problems).toEqual([
    expect.stringContaining("`mesage` is not an argument of a log entry; did you mean `message`?"),
    expect.stringContaining("`eventType` must be one of APP, API, but is a string of 6 characters"),
    expect.stringContaining("`logLevel` is missing"),
    expect.stringContaining("`error.message` must be a string of at most 8192 characters, but is a number"),
    expect.stringContaining("`request.requestHeaders.Authorization` is a header for secrets"),
    expect.stringContaining(
      "`account` must be the name of an account in `pinterest:accounts`, but is an empty string",
    ),
  ]);
  expect(problems.join()).not.toContain("5ecret");
});

test.each([
  ["eventType", unknownValue],
  ["clientTimestamp", unknownValue],
  ["error", { lineNumber: unknownValue }],
  ["request", { ...request, method: unknownValue, requestHeaders: { accept: unknownValue } }],
  ["request", { ...request, responseHeaders: unknownValue }],
  ["account", unknownValue],
  ["triggers", [{ a: unknownValue }]],
])("accepts %s that contains an unknown value, and makes it unknown", (name, value) => {
  expect(checkLog({ ...least, [name]: value })).toEqual({
    inputs: { ...least, [name]: unknownValue },
    problems: [],
  });
});

test("validates the known parts of a partly unknown value", () => {
  const { problems } = checkLog({ ...least, error: { name: unknownValue, number: "1" } });
  expect(problems).toEqual(["`error.number` must be a whole number, but is a string of 1 characters"]);
});
