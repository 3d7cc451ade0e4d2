import { beforeEach, expect, test } from "@jest/globals";
import type { LogEntry } from "../../../provider/pinterest";
import type { LogReport } from "../../../provider/pinterest/logs";
import { gatherMs, LogReporter, maxWaiting } from "../../../provider/pinterest/logs/reporter";
import { VirtualClock } from "../helpers/virtual-clock.mts";
import { event } from "./helpers";

interface Sent {
  readonly account: string | undefined;
  readonly entries: readonly LogEntry[];
  readonly signal: AbortSignal;
  readonly at: number;
  take(report?: Partial<LogReport>): void;
  fail(error: Error): void;
}

let clock: VirtualClock;
let start: number;
let sent: Sent[];
let warnings: string[];
let reporter: LogReporter;
let answering: boolean;

beforeEach(() => {
  clock = new VirtualClock();
  start = clock.now();
  sent = [];
  warnings = [];
  answering = true;
  reporter = new LogReporter({
    clock,
    warn: (message) => void warnings.push(message),
    send: (account, entries, signal) =>
      new Promise((resolve, reject) => {
        const take = (report: Partial<LogReport> = {}) =>
          resolve({ accepted: [], rejected: [], unknown: [], ...report });
        sent.push({ account, entries, signal, at: clock.now() - start, take, fail: reject });
        if (answering) take();
      }),
  });
});

function observe(count: number, account?: string): void {
  for (let index = 0; index < count; index += 1) {
    reporter.observe(event(`shop-${index}`, account === undefined ? {} : { account }));
  }
}

/** Lets everything happen that needs no time. */
const turns = () => new Promise((resolve) => setImmediate(resolve));

/** Lets time pass. */
const pass = (milliseconds: number) => clock.run(clock.sleep(milliseconds));

const sizes = () => sent.map(({ entries }) => entries.length);

test("entries are gathered for a while and go together", async () => {
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

test("a full batch goes at once, and what came after it after a while", async () => {
  observe(251);
  await turns();
  expect(sizes()).toEqual([250]);
  await pass(gatherMs);
  expect(sizes()).toEqual([250, 1]);
});

test("each account has its own entries, reported one request at a time", async () => {
  answering = false;
  observe(500);
  observe(1, "north");
  await pass(3 * gatherMs);
  expect(sent.map(({ account, entries }) => [account, entries.length])).toEqual([
    [undefined, 250],
    ["north", 1],
  ]);
  sent[0]?.take();
  await turns();
  expect(sizes()).toEqual([250, 1, 250]);
});

test("what is not taken is counted and said once, with the reason, and again in all at the end", async () => {
  answering = false;
  observe(250);
  sent[0]?.take({
    rejected: [
      { index: 3, reason: "bad" },
      { index: 3, reason: "worse" },
    ],
    unknown: [{ index: 4, reason: "unclear" }],
  });
  await turns();
  observe(250);
  sent[1]?.fail(new Error("no token"));
  await turns();
  expect(warnings).toEqual([expect.stringMatching(/did not take 2 entries .* not affected: bad$/)]);
  await clock.run(reporter.flush(1000));
  expect(warnings.slice(1)).toEqual(["Pinterest's log lacks 252 entries of what was done"]);
});

test("memory is bounded: what comes while too much waits is dropped, and said", async () => {
  answering = false;
  observe(maxWaiting + 7);
  expect(warnings).toEqual([expect.stringContaining(`more than ${maxWaiting} of them waited`)]);
  answering = true;
  for (const one of sent) one.take();
  await clock.run(reporter.flush(1000));
  expect(sizes().reduce((sum, size) => sum + size)).toBe(maxWaiting);
  expect(warnings.at(-1)).toContain("lacks 7 entries");
});

test("the end has what waits sent at once, in as many requests as it takes, without passing time", async () => {
  observe(260, "north");
  observe(1);
  await reporter.flush(1000);
  expect(sizes().sort()).toEqual([1, 10, 250]);
  expect(clock.now()).toBe(start);
  expect(warnings).toEqual([]);
});

test("the end waits for a log that hangs just so long, gives its requests up and says what is lost", async () => {
  answering = false;
  observe(260);
  await clock.run(reporter.flush(1000));
  expect(clock.now() - start).toBe(1000);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.signal.aborted).toBe(true);
  expect(warnings).toEqual([expect.stringContaining("did not take 260 entries")]);
  sent[0]?.fail(new Error("given up"));
  observe(250);
  await turns();
  expect(sent).toHaveLength(1);
  expect(warnings).toHaveLength(1);
});

test("the end of a process that did nothing does nothing", async () => {
  await reporter.flush(1000);
  expect([sent, warnings]).toEqual([[], []]);
});
