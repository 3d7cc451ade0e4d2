import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../../emulator";
import type { LogEntry } from "../../../provider/api";
import { clientFor } from "../helpers/client";
import { entry } from "./helpers";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

const client = () =>
  clientFor(emulator.url, {
    credentials: { accessToken: () => Promise.resolve(emulator.token()) },
  });

/** An entry that only Pinterest rejects: it passes the provider's checks, but its headers become numbers in JSON. */
function refused(message: string): LogEntry {
  const requestHeaders = Object.defineProperty({}, "toJSON", { value: () => ({ accept: 1 }) });
  return entry(message, { request: { method: "GET", host: "h", path: "/", requestHeaders } });
}

const good = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => entry(`good ${at + from}`));

/** Entries in Pinterest's log. */
function recorded() {
  const messages = emulator.logs().map(({ message }) => message);
  return { count: messages.length, hasDuplicates: messages.length !== new Set(messages).size };
}

test("records 251 entries once, in two requests", async () => {
  const { accepted } = await client().reportLogs(good(251));
  expect(accepted).toHaveLength(251);
  expect(recorded()).toEqual({ count: 251, hasDuplicates: false });
  expect(emulator.counters().operations.logs).toBe(2);
});

test("records an entry with every field at its limit", async () => {
  const full = entry("🛍".repeat(8192), {
    externalBusinessId: "x".repeat(2048),
    advertiserId: "x".repeat(128),
    merchantId: null,
    tagId: "x".repeat(128),
    feedProfileId: "x".repeat(128),
    appVersionNumber: "x".repeat(20),
    platformVersionNumber: "x".repeat(20),
    error: {
      name: "x".repeat(256),
      message: "x".repeat(8192),
      messageDetail: "x".repeat(1024),
      cause: "x".repeat(512),
      fileName: "x".repeat(256),
      stackTrace: "x".repeat(50_000),
      number: 1,
      lineNumber: 2,
      columnNumber: 3,
    },
    request: { method: "TRACE", host: "h", path: "/", requestHeaders: { a: "b" }, responseStatusCode: 599 },
  });
  expect(await client().reportLogs([full])).toEqual({ accepted: [0], rejected: [], unknown: [] });
});

test.each([
  ["error", "shown"],
  ["error", "omitted"],
  ["detailed", "shown"],
  ["detailed", "omitted"],
] as const)(
  "finds rejected entries and records the others once (error shape %s, indexes %s)",
  async (logsErrorShape, logsIndex) => {
    emulator.setSwitches({ logsErrorShape, logsIndex });
    const entries = [...good(20), refused("bad 1"), ...good(60, 20), refused("bad 2"), ...good(18, 80)];
    const report = await client().reportLogs(entries);
    expect(report.rejected.map(({ index }) => index)).toEqual([20, 81]);
    expect(report.accepted).toHaveLength(98);
    expect(report.unknown).toEqual([]);
    expect(recorded()).toEqual({ count: 98, hasDuplicates: false });
  },
);

test.each(["whole", "partial"] as const)(
  "treats the others as unknown if the response only lists rejected entries (Pinterest drops the %s batch)",
  async (logsRejection) => {
    emulator.setSwitches({ logsErrorShape: "rejected", logsRejection });
    const report = await client().reportLogs([...good(3), refused("bad"), ...good(2, 3)]);
    expect(report.rejected).toEqual([
      { index: 3, field: expect.stringContaining("request_headers"), reason: expect.any(String) },
    ]);
    expect(report.unknown.map(({ index }) => index)).toEqual([0, 1, 2, 4, 5]);
    expect(recorded()).toEqual({ count: logsRejection === "whole" ? 0 : 5, hasDuplicates: false });
  },
);

test("splits a body that is too large", async () => {
  emulator.armFault({ kind: "response", operation: "logs", status: 413, times: 2 });
  const { accepted } = await client().reportLogs(good(100));
  expect(accepted).toHaveLength(100);
  expect(recorded()).toEqual({ count: 100, hasDuplicates: false });
});

test.each([
  ["lost", { kind: "reset", commit: true } as const],
  ["a server error", { kind: "response", status: 500, commit: true } as const],
])("does not repeat a batch whose response is %s", async (_what, fault) => {
  emulator.armFault({ ...fault, operation: "logs" });
  const report = await client().reportLogs(good(5));
  expect(report.unknown).toHaveLength(5);
  expect(recorded()).toEqual({ count: 5, hasDuplicates: false });
});
