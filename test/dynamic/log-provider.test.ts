import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { type Emulator, startEmulator } from "../../emulator";
import { log, provider } from "../../provider/dynamic";
import { LogProvider } from "../../provider/dynamic/provider";
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

test("each create sends the entry once", async () => {
  const { __provider: _, ...entry } = inputs;
  const { id, outs } = await logProvider.create(inputs);
  expect(outs).toEqual({ ...entry, clientTimestamp: expect.any(Number) });
  expect(id).toMatch(/^log-./);
  const another = await logProvider.create({ ...inputs, clientTimestamp: 1_700_000_000_000 });
  expect(another.outs.clientTimestamp).toBe(1_700_000_000_000);
  expect(another.id).not.toBe(id);
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

test("replaces, reads and deletes nothing", async () => {
  expect(await logProvider.diff()).toEqual({ replaces: [] });
  expect(logProvider).not.toHaveProperty("read");
  expect(logProvider).not.toHaveProperty("delete");
});
