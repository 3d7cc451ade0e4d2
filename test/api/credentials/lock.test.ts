import fs, { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, jest, test } from "@jest/globals";
import { withLock } from "../../../provider/api/files";
import { temporaryDirectory } from "../../temporary-directory";
import { TestClock } from "./helpers/test-clock";

let path: string;
let clock: TestClock;

beforeEach(() => {
  path = join(temporaryDirectory(), "lock");
  clock = new TestClock();
});

const runLocked = <T>(action: () => Promise<T>) => withLock(path, { clock, waitMs: 1000 }, action);

/** Content of the lock file while this process holds it. */
async function lockContent(): Promise<string> {
  return await runLocked(async () => readFileSync(path, "utf8"));
}

test("runs one action at a time, and deletes the lock file", async () => {
  let running = 0;
  let maximum = 0;
  const action = async () => {
    running += 1;
    maximum = Math.max(maximum, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  const lockOptions = { clock: { ...yieldingClock(), now: () => 0 }, waitMs: 1 };
  await Promise.all([1, 2, 3, 4].map(() => withLock(path, lockOptions, action)));
  expect(maximum).toBe(1);
  expect(existsSync(path)).toBe(false);
});

function yieldingClock() {
  return {
    sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
    random: () => 0.5,
  };
}

test("fails at once if the lock cannot be created", async () => {
  const missing = join(path, "lock");
  await expect(withLock(missing, { clock, waitMs: 1000 }, async () => "never")).rejects.toThrow("ENOENT");
  expect(clock.sleeps).toEqual([]);
});

test.each([
  ["win32", "EPERM", true],
  ["win32", "EACCES", false],
  ["linux", "EPERM", false],
])("on %s, treats %s as a lock file that is being deleted: %s", async (platform, code, waits) => {
  const { platform: own } = process;
  Object.defineProperty(process, "platform", { value: platform });
  jest.spyOn(fs, "writeFileSync").mockImplementationOnce(() => {
    throw Object.assign(new Error(code), { code });
  });
  try {
    const result = runLocked(async () => "done");
    await (waits ? expect(result).resolves.toBe("done") : expect(result).rejects.toThrow(code));
  } finally {
    Object.defineProperty(process, "platform", { value: own });
    jest.restoreAllMocks();
  }
});

test("releases the lock after a failure", async () => {
  await expect(runLocked(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(existsSync(path)).toBe(false);
});

test("waits for a lock that another process holds, then fails with the holder", async () => {
  const [, where, id] = (await lockContent()).split(" ");
  writeFileSync(path, `${process.ppid} ${where} ${id}`);
  await expect(runLocked(async () => "never")).rejects.toThrow(
    new RegExp(
      `process ${process.ppid} on \\S+ has held the lock ${path} for more than 1 s\\. .*delete the file`,
    ),
  );
  // Random waits of 20 to 100 ms.
  expect(clock.sleeps).toEqual(new Array(17).fill(60));
  expect(existsSync(path)).toBe(true);
});

test("reports a wait once, after two seconds", async () => {
  const [, where, id] = (await lockContent()).split(" ");
  writeFileSync(path, `${process.ppid} ${where} ${id}`);
  const waits: { holder: string; after: number }[] = [];
  const startedAt = clock.time;
  const onWait = (holder: string) => waits.push({ holder, after: clock.time - startedAt });
  await expect(withLock(path, { clock, waitMs: 10_000, onWait }, async () => "never")).rejects.toThrow();
  expect(waits).toEqual([
    { holder: expect.stringContaining(`process ${process.ppid} on `), after: expect.any(Number) },
  ]);
  expect(waits[0]?.after).toBeGreaterThan(2000);
  expect(waits[0]?.after).toBeLessThan(3000);
});

test.each([
  ["of another machine", `${2 ** 22 + 1} elsewhere/ id`],
  ["without content", ""],
])("removes a lock %s after a minute without heartbeat", async (_what, content) => {
  writeFileSync(path, content);
  await expect(runLocked(async () => "never")).rejects.toThrow(/has held the lock/);
  const longAgo = new Date(Date.now() - 61_000);
  utimesSync(path, longAgo, longAgo);
  expect(await runLocked(async () => "mine")).toBe("mine");
  expect(existsSync(`${path}.break`)).toBe(false);
});

test("leaves an abandoned lock to the process that removes it, unless that one was killed too", async () => {
  const longAgo = new Date(Date.now() - 61_000);
  const guard = `${path}.break`;
  writeFileSync(path, "abandoned");
  utimesSync(path, longAgo, longAgo);
  writeFileSync(guard, "");
  await expect(runLocked(async () => "never")).rejects.toThrow(/has held the lock/);
  expect(existsSync(guard)).toBe(true);
  utimesSync(guard, longAgo, longAgo);
  expect(await runLocked(async () => "mine")).toBe("mine");
  expect(existsSync(guard)).toBe(false);
});

test("does not release a lock that another holder has taken", async () => {
  await runLocked(async () => writeFileSync(path, "another's"));
  expect(readFileSync(path, "utf8")).toBe("another's");
});

test("sends a heartbeat every ten seconds while the action runs", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "setTimeout"] });
  try {
    const acquiredAt = Date.now();
    await runLocked(async () => {
      jest.advanceTimersByTime(25_000);
      expect(statSync(path).mtimeMs).toBeCloseTo(acquiredAt + 20_000, -1);
    });
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
