import { beforeEach, expect, test } from "@jest/globals";
import {
  type LogEntry,
  logProblems,
  type OperationEvent,
  PinterestApiError,
  PinterestError,
} from "../../../provider/api";
import type { LogReport } from "../../../provider/api/logs/report";
import { LogReporter } from "../../../provider/api/logs/reporter";
import { logEntriesPerRequest } from "../../expected/limits";
import { VirtualClock } from "../helpers/virtual-clock.mts";
import { event } from "./helpers";

interface Sent {
  readonly account: string | undefined;
  readonly entries: readonly LogEntry[];
  readonly signal: AbortSignal;
  readonly at: number;
  succeed(report?: Partial<LogReport>): void;
  fail(error: Error): void;
}

/** Time that an entry waits for others, in milliseconds. */
const gatherMs = 5000;
const maxWaiting = 2000;

let clock: VirtualClock;
let start: number;
let sent: Sent[];
let warnings: string[];
let reporter: LogReporter;
let isResponding: boolean;

beforeEach(() => {
  clock = new VirtualClock();
  start = clock.now();
  sent = [];
  warnings = [];
  isResponding = true;
  reporter = new LogReporter({
    clock,
    warn: (message) => void warnings.push(message),
    send: (account, entries, signal) =>
      new Promise((resolve, reject) => {
        const succeed = (report: Partial<LogReport> = {}) =>
          resolve({ accepted: [], rejected: [], unknown: [], ...report });
        sent.push({ account, entries, signal, at: clock.now() - start, succeed, fail: reject });
        if (isResponding) succeed();
      }),
  });
});

function observe(count: number, account?: string): void {
  for (let index = 0; index < count; index += 1) {
    reporter.add(event(`shop-${index}`, account === undefined ? {} : { account }));
  }
}

/** Let pending callbacks run, without advancing the clock. */
const pendingCallbacks = () => new Promise((resolve) => setImmediate(resolve));

/** Advances the clock. */
const pass = (milliseconds: number) => clock.run(clock.sleep(milliseconds));

const sizes = () => sent.map(({ entries }) => entries.length);

test("sends the entries of five seconds together", async () => {
  observe(2);
  await pass(gatherMs - 1);
  expect(sent).toEqual([]);
  observe(1);
  await pass(1);
  expect(sizes()).toEqual([3]);
  expect(sent[0]?.at).toBe(gatherMs);
  await pass(10 * gatherMs);
  expect(sizes()).toEqual([3]);
});

test("sends one request at a time for each account", async () => {
  isResponding = false;
  observe(2 * logEntriesPerRequest);
  observe(1, "north");
  await pass(3 * gatherMs);
  expect(sent.map(({ account, entries }) => [account, entries.length])).toEqual([
    [undefined, logEntriesPerRequest],
    ["north", 1],
  ]);
  sent[0]?.succeed();
  await pendingCallbacks();
  expect(sizes()).toEqual([logEntriesPerRequest, 1, logEntriesPerRequest]);
});

test("warns about the first lost entries with the reason, and about all at the end", async () => {
  isResponding = false;
  observe(10);
  await pass(gatherMs);
  sent[0]?.succeed({
    rejected: [
      { index: 3, reason: "bad" },
      { index: 3, reason: "worse" },
    ],
    unknown: [{ index: 4, reason: "unclear" }],
  });
  await pendingCallbacks();
  observe(10);
  await pass(gatherMs);
  sent[1]?.fail(new Error("no token"));
  await pendingCallbacks();
  expect(warnings).toEqual([
    expect.stringMatching(/^Cannot report 2 operations to .* does not affect the operations: bad$/),
  ]);
  await clock.run(reporter.flush(1000));
  expect(warnings.slice(1)).toEqual(["Pinterest's integration log lacks 12 operations of this run"]);
});

test("limits waiting entries, and warns about dropped ones", async () => {
  observe(maxWaiting + 7);
  expect(warnings).toEqual([expect.stringContaining(`more than ${maxWaiting} entries are waiting`)]);
  await clock.run(reporter.flush(1000));
  expect(sizes().reduce((sum, size) => sum + size)).toBe(maxWaiting);
  expect(warnings.at(-1)).toContain("lacks 7 operations");
});

test("flush sends all waiting entries without a wait", async () => {
  observe(logEntriesPerRequest + 10, "north");
  observe(1);
  await clock.run(reporter.flush(1000));
  expect(sizes().sort()).toEqual([1, 10, logEntriesPerRequest]);
  expect(clock.now()).toBe(start);
  expect(warnings).toEqual([]);
});

test("flush cancels requests after the time limit, and warns about lost entries", async () => {
  isResponding = false;
  observe(260);
  await clock.run(reporter.flush(1000));
  expect(clock.now() - start).toBe(1000);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.signal.aborted).toBe(true);
  expect(warnings).toEqual([expect.stringContaining("Cannot report 260 operations")]);
  sent[0]?.fail(new Error("canceled"));
  observe(logEntriesPerRequest);
  await pendingCallbacks();
  expect(sent).toHaveLength(1);
  expect(warnings).toHaveLength(1);
});

/** The entry that is sent for an operation, or undefined if none is sent. */
async function entryOf(operation: OperationEvent): Promise<LogEntry | undefined> {
  sent = [];
  reporter.add(operation);
  await pass(gatherMs);
  return sent[0]?.entries[0];
}

function failure(status: number, apiMessage: string, code?: number) {
  const context = { operation: "getCommerceIntegration", externalBusinessId: "a" } as const;
  return new PinterestApiError(context, { status, code, apiMessage });
}

const read = { operation: "getCommerceIntegration", method: "GET" } as const;

test("reports a write with requests, duration and request ID, but without headers", async () => {
  expect(await entryOf(event("shop-1"))).toEqual({
    clientTimestamp: 1_700_000_000_001,
    eventType: "API",
    logLevel: "INFO",
    message: "updateCommerceIntegration succeeded: 1 request, 123 ms, request ID 77",
    appVersionNumber: expect.any(String),
    platformVersionNumber: process.versions.node,
    externalBusinessId: "shop-1",
    request: {
      method: "PATCH",
      host: "api.example",
      path: "/v5/integrations/commerce/shop-1",
      responseStatusCode: 200,
    },
  });
});

test("reports retries as warnings and failures as errors", async () => {
  expect(await entryOf(event("a", { attempts: 2 }))).toMatchObject({ logLevel: "WARN" });
  const uncoded = await entryOf(event("a", { error: failure(502, "no") }));
  expect(Object.keys(uncoded?.error ?? {})).toEqual(["name", "message"]);
  expect(await entryOf(event("a", { status: 500, error: failure(500, "Oops", 911) }))).toMatchObject({
    logLevel: "ERROR",
    message: "updateCommerceIntegration failed (outcome: unknown): 1 request, 123 ms, request ID 77",
    error: { name: "PinterestApiError", message: expect.stringContaining("Oops"), number: 911 },
  });
});

test('reports failed reads, except with "not found"', async () => {
  expect(await entryOf(event("a", read))).toBeUndefined();
  expect(await entryOf(event("a", { ...read, error: failure(404, "none", 4180) }))).toBeUndefined();
  expect(await entryOf(event("a", { ...read, error: failure(403, "no", 29) }))).toMatchObject({
    logLevel: "ERROR",
  });
  const list = { ...event("a", { ...read, error: failure(403, "no", 29) }), externalBusinessId: undefined };
  expect(await entryOf(list)).not.toHaveProperty("externalBusinessId");
});

test("reports a delete of a missing integration as done, and an update of one as an error", async () => {
  const missing = { status: 404, error: failure(404, "none", 4180) };
  const deletion = { operation: "deleteCommerceIntegration", method: "DELETE", ...missing } as const;
  const reported = await entryOf(event("a", deletion));
  expect(reported).toMatchObject({
    logLevel: "INFO",
    message: "deleteCommerceIntegration found nothing: 1 request, 123 ms, request ID 77",
    request: { method: "DELETE", responseStatusCode: 404 },
  });
  expect(reported).not.toHaveProperty("error");
  expect(await entryOf(event("a", missing))).toMatchObject({ logLevel: "ERROR" });
});

test("reports neither reports nor operations with invalid arguments", async () => {
  const reporting = { operation: "reportLogs", method: "POST" } as const;
  expect(await entryOf(event("a", { ...reporting, error: failure(500, "no") }))).toBeUndefined();
  const context = { operation: "updateCommerceIntegration" } as const;
  const error = new PinterestError(context, { kind: "input", outcome: "never-sent", summary: "is empty" });
  expect(await entryOf(event("", { error }))).toBeUndefined();
});

test("keeps every entry within Pinterest's limits", async () => {
  const worst = failure(400, `${"🛍".repeat(9000)} access_token=abc Bearer abcdefghijklmnopqrst`);
  const entry = await entryOf(event("x".repeat(2049), { error: worst }));
  expect(logProblems(entry)).toEqual([]);
  expect(entry).not.toHaveProperty("externalBusinessId");
  expect(await entryOf(event("x".repeat(2048)))).toHaveProperty("externalBusinessId");
});
