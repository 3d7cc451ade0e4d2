import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { type Emulator, startEmulator } from "../../emulator";
import { log, provider } from "../../provider/dynamic";
import { DynamicProvider, LogProvider } from "../../provider/dynamic/provider";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { logProviderText, dynamicLogType as logType } from "../../provider/run/constants";
import { ofThisProcess } from "../run-context";

let emulator: Emulator;
let logProvider: LogProvider;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(async () => {
  emulator.reset();
  logProvider = new LogProvider(new ProviderProcess(ofThisProcess));
  await logProvider.configure(configuration());
});
afterAll(() => emulator.stop());

function configuration() {
  const values = {
    "pinterest:apiUrl": emulator.url,
    "pinterest:accessToken": emulator.token(),
    "pinterest:accounts": JSON.stringify({ b: emulator.token("shop-2") }),
    "pinterest:maxAttempts": "1",
  };
  return { config: new Config(values, "some-project") };
}

const inputs = {
  __provider: "text",
  eventType: "API",
  logLevel: "WARN",
  message: "it 5topped",
  request: { method: "GET", host: "api.example", path: "/", responseStatusCode: 503 },
  triggers: ["v1"],
};

// The state of every user contains these.
test("code and type token never change, and the code returns the provider", () => {
  expect(logProviderText).toBe('exports.handler=()=>require("pulumi-pinterest/dynamic").log');
  expect(logType).toBe("pulumi-nodejs:dynamic/pinterest:IntegrationLog");
  const module: { handler?: () => unknown } = {};
  new Function("exports", "require", logProviderText)(module, () => ({ log, provider }));
  expect(module.handler?.()).toBe(log);
});

test("a create sends the entry once, with its time or the current time", async () => {
  const before = Date.now();
  const { id, outs } = await logProvider.create(inputs);
  const { __provider: _, ...entry } = inputs;
  expect(outs).toEqual({ ...entry, clientTimestamp: expect.any(Number) });
  expect(outs.clientTimestamp).toBeGreaterThanOrEqual(before);
  expect(id).toMatch(/^log-./);
  const timed = await logProvider.create({ ...inputs, clientTimestamp: 1_700_000_000_000 });
  expect(timed.outs.clientTimestamp).toBe(1_700_000_000_000);
  expect(timed.id).not.toBe(id);
  expect(emulator.logs()).toEqual([
    {
      client_timestamp: outs.clientTimestamp,
      event_type: "API",
      log_level: "WARN",
      message: "it 5topped",
      request: { method: "GET", host: "api.example", path: "/", response_status_code: 503 },
    },
    expect.objectContaining({ client_timestamp: 1_700_000_000_000 }),
  ]);
});

test("an update sends the entry again, with its account", async () => {
  const { outs } = await logProvider.update("log-1", {}, { ...inputs, message: "again", account: "b" });
  expect(outs).toMatchObject({ message: "again", account: "b" });
  expect(emulator.logs("shop-2")).toMatchObject([{ message: "again" }]);
  expect(emulator.logs("shop-1")).toEqual([]);
});

test("an update sends the entry again if the program changes only its time", async () => {
  const { id, outs } = await logProvider.create({ ...inputs, clientTimestamp: 1_700_000_000_000 });
  const later = { ...inputs, clientTimestamp: 1_700_000_060_000 };
  expect((await logProvider.update(id, outs, later)).outs.clientTimestamp).toBe(1_700_000_060_000);
  expect(emulator.logs().map(({ client_timestamp }) => client_timestamp)).toEqual([
    1_700_000_000_000, 1_700_000_060_000,
  ]);
});

test("replaces, reads and deletes nothing", async () => {
  expect(await logProvider.diff()).toEqual({ replaces: [] });
  expect(logProvider).not.toHaveProperty("read");
  expect(logProvider).not.toHaveProperty("delete");
});

test("fails with the reason of a rejection, without values", async () => {
  emulator.armFault({
    kind: "response",
    operation: "logs",
    status: 400,
    body: { rejected_logs: [{ field: "message", value: "it 5topped", reason: "'it 5topped' is bad" }] },
  });
  const failure = await logProvider.create(inputs).catch((error: Error) => error);
  expect((failure as Error).message).toMatch(
    /Pinterest rejected it: message: '\[redacted\]' is bad\. Nothing was recorded/,
  );
  expect(failure).not.toHaveProperty("properties");
});

test("shares the accounts with the other provider of the process", async () => {
  const shared = new ProviderProcess();
  const [integrations, entries] = [new DynamicProvider(shared), new LogProvider(shared)];
  await integrations.configure(configuration());
  await entries.configure(configuration());
  await integrations.create({ externalBusinessId: "a" });
  const { clients } = shared;
  const client = clients.client(undefined);
  await entries.create(inputs);
  expect(shared.clients.client(undefined)).toBe(client);
  expect(emulator.counters().operations).toMatchObject({ create: 1, logs: 1 });
});
