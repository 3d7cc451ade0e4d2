import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, jest, test } from "@jest/globals";
import { withLock } from "../../../provider/pinterest/credentials/lock";
import { temporaryDirectory } from "../../temporary-directory";
import { TestClock } from "./helpers/test-clock";

let path: string;
let clock: TestClock;

beforeEach(() => {
  path = join(temporaryDirectory(), "lock");
  clock = new TestClock();
});

const locked = <T>(action: () => Promise<T>) => withLock(path, { clock, waitMs: 1000 }, action);

/** What a lock holds while this process has it, as another process might have written it. */
async function written(): Promise<string> {
  return await locked(async () => readFileSync(path, "utf8"));
}

test("actions under one lock never run at once, and nothing stays behind", async () => {
  let running = 0;
  let most = 0;
  const action = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  const patient = { clock: { ...systemLike(), now: () => 0 }, waitMs: 1 };
  await Promise.all([1, 2, 3, 4].map(() => withLock(path, patient, action)));
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

function systemLike() {
  return {
    sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
    random: () => 0.5,
  };
}

test("the lock is given back after a failure", async () => {
  await expect(locked(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(existsSync(path)).toBe(false);
});

test("a lock that another living process holds is waited for, and then told of, by its holder", async () => {
  const [, where, id] = (await written()).split(" ");
  writeFileSync(path, `${process.ppid} ${where} ${id}`);
  await expect(locked(async () => "never")).rejects.toThrow(
    new RegExp(
      `lock ${path} is held by another process for too long \\(process ${process.ppid} on .*delete the file`,
    ),
  );
  expect(clock.sleeps.length).toBeGreaterThan(5);
  expect(existsSync(path)).toBe(true);
});

test("that a lock is waited for is told once, when it takes more than two seconds", async () => {
  const [, where, id] = (await written()).split(" ");
  writeFileSync(path, `${process.ppid} ${where} ${id}`);
  const told: { holder: string; after: number }[] = [];
  const began = clock.time;
  const onWait = (holder: string) => told.push({ holder, after: clock.time - began });
  await expect(withLock(path, { clock, waitMs: 10_000, onWait }, async () => "never")).rejects.toThrow();
  expect(told).toEqual([
    { holder: expect.stringContaining(`process ${process.ppid} on `), after: expect.any(Number) },
  ]);
  expect(told[0]?.after).toBeGreaterThan(2000);
  expect(told[0]?.after).toBeLessThan(3000);
});

test("a lock of a process of this machine that is gone is taken over at once", async () => {
  const [, where, id] = (await written()).split(" ");
  writeFileSync(path, `${2 ** 22 + 1} ${where} ${id}`);
  expect(await locked(async () => "mine")).toBe("mine");
  expect(existsSync(path)).toBe(false);
  expect(existsSync(`${path}.break`)).toBe(false);
});

/** Another machine whose host name and process namespace are those of this one. */
async function namesake(): Promise<string> {
  const [, where = ""] = (await written()).split(" ");
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return where.replace(bootId, "another-boot");
}

const testOnLinux = process.platform === "linux" ? test : test.skip;

testOnLinux(
  "a lock of another machine with the same host name is respected, and the holder is named",
  async () => {
    const where = await namesake();
    expect(where).toContain("another-boot");
    writeFileSync(path, `${2 ** 22 + 1} ${where} id`);
    await expect(locked(async () => "never")).rejects.toThrow(`process ${2 ** 22 + 1} on ${hostname()})`);
    expect(existsSync(path)).toBe(true);
  },
);

test.each([
  ["of another machine", `${2 ** 22 + 1} elsewhere/ id`],
  ["that is not written yet", ""],
])(
  "a lock %s is respected while it shows signs of life, and taken over after a minute without",
  async (_what, content) => {
    writeFileSync(path, content);
    await expect(locked(async () => "never")).rejects.toThrow(/held by another process/);
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(path, longAgo, longAgo);
    expect(await locked(async () => "mine")).toBe("mine");
  },
);

test("a lock that was taken over is not given back by its former holder", async () => {
  await locked(async () => writeFileSync(path, "another's"));
  expect(readFileSync(path, "utf8")).toBe("another's");
});

test("a holder renews its lock every ten seconds, until the action ends", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "setTimeout"] });
  try {
    const held = Date.now();
    await locked(async () => {
      jest.advanceTimersByTime(25_000);
      expect(statSync(path).mtimeMs).toBeCloseTo(held + 20_000, -1);
    });
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
