import { expect, test } from "@jest/globals";
import { retrying } from "../../provider/pinterest";
import type { RetryWait } from "../../provider/pinterest/retry/retrying";
import { fake } from "./helpers/fake-client";
import { VirtualClock } from "./helpers/virtual-clock.mts";

/** An action that fails so many times, and notes when it was attempted, in epoch milliseconds. */
function failing(times: number, clock: Pick<VirtualClock, "now"> = { now: () => 0 }) {
  const attempts: number[] = [];
  const action = async () => {
    attempts.push(clock.now());
    if (attempts.length <= times) throw new Error(`failure ${attempts.length}`);
    return "done";
  };
  return { attempts, action };
}

test("an action is repeated until it succeeds, after waits that are told", async () => {
  const clock = new VirtualClock();
  const waits: RetryWait[] = [];
  const { action, attempts } = failing(2, clock);
  const began = clock.now();
  const work = retrying(action, {
    clock,
    timeoutMs: 10_000,
    retryable: () => true,
    onWait: (wait) => waits.push(wait),
  });
  expect(await clock.run(work)).toBe("done");
  expect(attempts.map((moment) => moment - began)).toEqual([0, 250, 750]);
  expect(waits).toEqual([
    { waitMs: 250, nextAttempt: 2, maxAttempts: 4, error: new Error("failure 1") },
    { waitMs: 500, nextAttempt: 3, maxAttempts: 4, error: new Error("failure 2") },
  ]);
});

test("what is not retryable is thrown at once; by default that is all that is no transient error of Pinterest's", async () => {
  const { action, attempts } = failing(1);
  await expect(retrying(action)).rejects.toThrow("failure 1");
  expect(attempts).toHaveLength(1);
});

test("the last failure is thrown when the attempts are used up", async () => {
  const clock = new VirtualClock();
  const { action } = failing(9);
  const work = retrying(action, { clock, maxAttempts: 3, retryable: () => true });
  await expect(clock.run(work)).rejects.toThrow("failure 3");
});

test("a wait that was told is kept", async () => {
  const clock = new VirtualClock();
  clock.chances = [0];
  const { action } = failing(1);
  await clock.run(retrying(action, { clock, retryable: () => true, toldWaitMs: () => 7000 }));
  expect(clock.sleeps).toEqual([7000]);
});

test("a signal that is aborted ends a wait with its reason, and begins none", async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const options = { clock, retryable: () => true, signal: controller.signal };
  const { action } = failing(9);
  const work = retrying(action, { ...options, toldWaitMs: () => 60_000 });
  void clock.sleep(10).then(() => controller.abort(new Error("enough")));
  await expect(clock.run(work)).rejects.toThrow("enough");
  const again = failing(9);
  await expect(retrying(again.action, options)).rejects.toThrow("failure 1");
});

test("a client's policy repeats what is made of several of its requests as it repeats them itself", async () => {
  const { clock, client } = fake(undefined, { maxAttempts: 2, operationTimeoutMs: 5000 });
  const { action } = failing(9);
  const work = retrying(action, { ...client.retryPolicy, retryable: () => true });
  await expect(clock.run(work)).rejects.toThrow("failure 2");
  const late = retrying(failing(9).action, {
    ...client.retryPolicy,
    retryable: () => true,
    toldWaitMs: () => 5000,
  });
  await expect(clock.run(late)).rejects.toThrow("failure 1");
});
