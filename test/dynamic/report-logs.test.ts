import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import type { ConfigurationKey } from "../../provider/config";
import { DynamicProvider, LogProvider } from "../../provider/dynamic/provider";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

/** A process with its providers, and a function that stops it. */
async function startProcess(reportLogs: string) {
  const shared = new ProviderProcess();
  const values: { [K in ConfigurationKey]?: string } = {
    apiUrl: emulator.url,
    accessToken: emulator.token("shop-1"),
    accounts: JSON.stringify({ b: emulator.token("shop-2") }),
    reportLogs,
  };
  shared.configure((key) => values[key]);
  return {
    integrations: new DynamicProvider(shared),
    entries: new LogProvider(shared),
    end: () => shared.end(),
  };
}

test("reports operations to the log of their account before the process exits", async () => {
  const { integrations, end } = await startProcess("true");
  await integrations.create({ externalBusinessId: "a" });
  await integrations.create({ externalBusinessId: "b", account: "b" });
  expect(emulator.logs()).toEqual([]);
  await end();
  expect(emulator.logs("shop-1")).toMatchObject([{ external_business_id: "a", log_level: "INFO" }]);
  expect(emulator.logs("shop-2")).toMatchObject([{ external_business_id: "b", log_level: "INFO" }]);
});

test("does not report the operation that sends a log entry", async () => {
  const { entries, end } = await startProcess("true");
  await entries.create({ eventType: "APP", logLevel: "INFO", message: "m" });
  await end();
  expect(emulator.logs()).toMatchObject([{ message: "m" }]);
});

test("warns if Pinterest rejects the log, and fails no operation", async () => {
  const printed = jest.spyOn(console, "log").mockImplementation(() => {});
  emulator.armFault({ kind: "response", operation: "logs", status: 403, body: { code: 29, message: "no" } });
  const { integrations, end } = await startProcess("true");
  await integrations.create({ externalBusinessId: "a" });
  await end();
  expect(printed.mock.calls).toEqual([[expect.stringMatching(/Cannot report an operation to .*HTTP 403/)]]);
  printed.mockRestore();
});

test("reports nothing if `reportLogs` is false", async () => {
  const { integrations, end } = await startProcess("false");
  await integrations.create({ externalBusinessId: "a" });
  await end();
  expect(emulator.counters().operations.logs).toBe(0);
});
