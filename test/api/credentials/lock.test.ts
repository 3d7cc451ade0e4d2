import fs, {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { withLock } from "../../../provider/base/files";
import { waitReportedAfterSeconds } from "../../expected/limits";
import { onPlatform } from "../../platform";
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

/** Makes the next creation of a lock file fail. */
const failOnce = (code: string) =>
  jest.spyOn(fs, "writeFileSync").mockImplementationOnce(() => {
    throw Object.assign(new Error(code), { code });
  });

test("on Windows, waits for a lock file that is being deleted (EPERM)", async () => {
  const spy = failOnce("EPERM");
  expect(await onPlatform("win32", () => runLocked(async () => "done"))).toBe("done");
  spy.mockRestore();
});

test.each([
  ["win32", "EACCES"],
  ["linux", "EPERM"],
] as const)("on %s, fails if the lock file cannot be created (%s)", async (platform, code) => {
  const spy = failOnce(code);
  await expect(onPlatform(platform, () => runLocked(async () => "done"))).rejects.toThrow(code);
  spy.mockRestore();
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
      `process ${process.ppid} on \\S+ has held the lock \\S+ for more than 1 s\\. .*delete the file`,
    ),
  );
  // Random waits of 20 to 100 ms.
  expect(clock.sleeps).toEqual(new Array(17).fill(60));
  expect(existsSync(path)).toBe(true);
});

test("reports a wait once, after some time", async () => {
  const [, where, id] = (await lockContent()).split(" ");
  writeFileSync(path, `${process.ppid} ${where} ${id}`);
  const waits: { holder: string; after: number }[] = [];
  const startedAt = clock.time;
  const onWait = (holder: string) => waits.push({ holder, after: clock.time - startedAt });
  await expect(withLock(path, { clock, waitMs: 10_000, onWait }, async () => "never")).rejects.toThrow();
  expect(waits).toEqual([
    { holder: expect.stringContaining(`process ${process.ppid} on `), after: expect.any(Number) },
  ]);
  expect(waits[0]?.after).toBeGreaterThan(waitReportedAfterSeconds * 1000);
  expect(waits[0]?.after).toBeLessThan(waitReportedAfterSeconds * 1000 + 1000);
});

describe("an abandoned lock", () => {
  const waitLong = (options: { clock?: TestClock; signal?: AbortSignal } = {}) =>
    withLock(path, { clock, waitMs: 200_000, ...options }, async () => "mine");
  /** Calls `act` every ten seconds of each wait. */
  const everyTenSeconds = (act: () => void): TestClock => {
    const { sleep } = clock;
    let next = clock.time + 10_000;
    clock.sleep = async (milliseconds, signal) => {
      await sleep.call(clock, milliseconds, signal);
      if (clock.time < next) return;
      next += 10_000;
      act();
    };
    return clock;
  };

  beforeEach(() => {
    const start = clock.time;
    jest.spyOn(performance, "now").mockImplementation(() => clock.time - start);
  });
  afterEach(() => void jest.restoreAllMocks());

  test.each([
    ["of another machine", "4194305 elsewhere id", 0],
    ["without content", "", 0],
    ["whose machine's clock is ahead", "1 elsewhere id", 3_600_000],
    ["whose machine's clock is behind", "1 elsewhere id", -3_600_000],
  ])("%s is removed after a minute without a change", async (_what, content, difference) => {
    writeFileSync(path, content);
    const time = new Date(Date.now() + difference);
    utimesSync(path, time, time);
    const startedAt = clock.time;
    expect(await waitLong()).toBe("mine");
    expect(clock.time - startedAt).toBeGreaterThan(60_000);
    expect(clock.time - startedAt).toBeLessThan(61_000);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  test.each([
    ["its modification time", (beat: number) => utimesSync(path, beat, beat)],
    ["its holder", (beat: number) => writeFileSync(path, `${beat}`)],
  ])("is one that does not change: not %s either", async (_what, change) => {
    writeFileSync(path, "another's");
    let beats = 0;
    const beat = () => {
      beats += 1;
      change(beats);
    };
    await expect(waitLong({ clock: everyTenSeconds(beat) })).rejects.toThrow(/has held the lock/);
    expect(beats).toBe(20);
    expect(existsSync(path)).toBe(true);
  });

  test("is left to the process that removes it, unless that one was killed too", async () => {
    const guard = `${path}.break`;
    writeFileSync(path, "abandoned");
    writeFileSync(guard, "killed");
    const startedAt = clock.time;
    expect(await waitLong()).toBe("mine");
    expect(clock.time - startedAt).toBeGreaterThan(120_000);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  test("is not removed after the signal is aborted", async () => {
    for (const file of [path, `${path}.break`]) writeFileSync(file, "another's");
    const start = clock.time;
    const controller = new AbortController();
    clock.sleep = async (milliseconds, signal) => {
      clock.time += milliseconds;
      if (clock.time - start > 70_000) controller.abort(new Error("the process ends"));
      signal?.throwIfAborted();
    };
    await expect(waitLong({ signal: controller.signal })).rejects.toThrow("the process ends");
    expect(readFileSync(path, "utf8")).toBe("another's");
  });

  test("is not removed if another process creates its own while this one waits to remove it", async () => {
    const guard = `${path}.break`;
    writeFileSync(path, "abandoned");
    writeFileSync(guard, "removes it");
    const remove = everyTenSeconds(() => {
      if (performance.now() < 70_000) return;
      writeFileSync(path, `new at ${clock.time}`);
      rmSync(guard, { force: true });
    });
    await expect(waitLong({ clock: remove })).rejects.toThrow(/^process new on at has held the lock/);
  });
});

test("deletes the lock file if the process exits while it holds the lock", async () => {
  const listeners = process.listenerCount("exit");
  await runLocked(async () => {
    expect(process.listenerCount("exit")).toBe(listeners + 1);
    for (const listener of process.listeners("exit").slice(listeners)) listener(0);
    expect(existsSync(path)).toBe(false);
  });
  expect(process.listenerCount("exit")).toBe(listeners);
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
