import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import type { Bag } from "../../provider/base/bag";
import { IntegrationLogs } from "../../provider/lifecycle/integration-logs";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { unknownValue } from "../../provider/run/constants";
import { mayBeRecorded, notSentAgain, unknownName } from "../expected/messages";
import { failureOf } from "./helpers/failure";

let emulator: Emulator;
let logs: IntegrationLogs;

beforeAll(async () => {
  emulator = await startEmulator();
  const configuration: Bag = {
    apiUrl: emulator.url,
    accessToken: emulator.token(),
    accounts: JSON.stringify({ north: emulator.token() }),
    maxAttempts: "1",
  };
  const process = new ProviderProcess({ notify: () => {} });
  process.configure((key) => configuration[key] as string | undefined);
  logs = new IntegrationLogs(process);
});
afterAll(() => emulator.stop());

const minimal = { eventType: "APP", logLevel: "INFO" };
const request = { method: "GET", host: "h", path: "/" };

test("returns inputs unchanged, without null and unknown properties", () => {
  const inputs = { ...minimal, error: { name: "E" }, triggers: [1, { a: null }], account: "north" };
  expect(logs.check({ ...inputs, message: null, externalBusinessId: undefined, __provider: "text" })).toEqual(
    { inputs, problems: [] },
  );
});

test("names each problem without a value", () => {
  const { problems } = logs.check({
    eventType: "5ecret",
    mesage: "5ecret",
    error: { message: 5 },
    request: { ...request, requestHeaders: { Authorization: "5ecret" } },
    account: "",
  });
  expect(problems).toEqual([
    expect.stringContaining(`\`mesage\` ${unknownName("argument of a log entry", "message")}`),
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
])("accepts %s that contains an unknown value, and returns it as unknown", (name, value) => {
  expect(logs.check({ ...minimal, [name]: value })).toEqual({
    inputs: { ...minimal, [name]: unknownValue },
    problems: [],
  });
});

test("validates the known parts of a partly unknown value", () => {
  const { problems } = logs.check({ ...minimal, error: { name: unknownValue, number: "1" } });
  expect(problems).toEqual(["`error.number` must be a whole number, but is a string of one character"]);
});

test("sends an entry with the current time, or with the program's time", async () => {
  const before = Date.now();
  const { id, outputs } = await logs.create({ ...minimal, triggers: [{ a: null }, 1] });
  expect(outputs.clientTimestamp).toBeGreaterThanOrEqual(before);
  expect(id).toMatch(/^log-[\da-f-]{36}$/);
  expect(outputs).toEqual({ ...minimal, triggers: [{ a: null }, 1], clientTimestamp: expect.any(Number) });
  expect(await logs.send({ ...minimal, clientTimestamp: 7 })).toEqual({ ...minimal, clientTimestamp: 7 });
});

test.each([
  [undefined, ""],
  ["north", " (account 'north')"],
])(
  "reports why Pinterest rejected an entry of account %j, or may have recorded it",
  async (account, suffix) => {
    const rejected_logs = [
      { log_index: 0, field: "message", reason: "too odd" },
      { log_index: 0, reason: "too late" },
    ];
    emulator.armFault({ kind: "response", status: 400, operation: "logs", body: { rejected_logs } });
    await expect(logs.send({ ...minimal, account })).rejects.toThrow(
      new Error(
        `cannot record a log entry${suffix}: Pinterest rejected it: message: too odd; too late. Nothing was recorded. Correct the entry and run again.`,
      ),
    );
    emulator.armFault({ kind: "reset", operation: "logs" });
    const { message } = await failureOf(logs.send({ ...minimal, account }));
    expect(message).toContain(`${mayBeRecorded(suffix)}reporting logs${suffix} failed: lost the connection`);
    expect(message).toContain(`. ${notSentAgain}`);
  },
);
