import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { Lease } from "../../fleet/claim/lease";

const every = 5_000;
const atMost = 15_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

function lease(renew: () => Promise<boolean>) {
  const lost = jest.fn<(why: string) => void>();
  const made = new Lease({ every, atMost, renew, lost, now: () => Date.now() });
  return { made, lost };
}

async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}

test("keeps the claim while it is renewed", async () => {
  const { made, lost } = lease(async () => true);
  await pass(10 * atMost);
  expect(lost).not.toHaveBeenCalled();
  made.end();
});

test("loses the claim at once if another worker has it", async () => {
  const { lost } = lease(async () => false);
  await pass(every);
  expect(lost.mock.calls).toEqual([["another worker has claimed the shard"]]);
  await pass(10 * atMost);
  expect(lost).toHaveBeenCalledTimes(1);
});

test.each([
  ["refuses", () => Promise.reject(new Error("no connection"))],
  ["never answers", () => new Promise<boolean>(() => {})],
])("loses the claim just before others can take it if the database %s", async (_what, renew) => {
  const { lost } = lease(renew);
  await pass(atMost - 1);
  expect(lost).not.toHaveBeenCalled();
  await pass(1);
  expect(lost.mock.calls).toEqual([["PostgreSQL did not answer for 15 s"]]);
});

test("counts from the time at which a heartbeat was sent, because its answer can be late", async () => {
  let answers = 0;
  const { lost } = lease(async () => {
    answers += 1;
    if (answers > 1) return new Promise<boolean>(() => {});
    await new Promise((resolve) => setTimeout(resolve, 9_000));
    return true;
  });
  // Sent at 5 s, answered at 14 s: it holds until 20 s.
  await pass(19_999);
  expect(lost).not.toHaveBeenCalled();
  await pass(1);
  expect(lost).toHaveBeenCalledTimes(1);
});

test("reports nothing after its end", async () => {
  const { made, lost } = lease(async () => false);
  made.end();
  await pass(10 * atMost);
  expect(lost).not.toHaveBeenCalled();
});
