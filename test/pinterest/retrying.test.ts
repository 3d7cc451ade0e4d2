import { expect, test } from "@jest/globals";
import { type RetryAttempt, type RetryWait, retrying } from "../../provider/pinterest";
import { fake } from "./helpers/fake-client";
import { VirtualClock } from "./helpers/virtual-clock";

/** An action that fails so many times, and notes what it is told. */
function failing(times: number) {
  const attempts: RetryAttempt[] = [];
  const action = async (attempt: RetryAttempt) => {
    attempts.push(attempt);
    if (attempts.length <= times) throw new Error(`failure ${attempts.length}`);
    return "done";
  };
  return { attempts, action };
}

test("an action is repeated until it succeeds, and told how many attempts and how much time there were", async () => {
  const clock = new VirtualClock();
  const waits: RetryWait[] = [];
  const { action, attempts } = failing(2);
  const work = retrying(action, {
    clock,
    timeoutMs: 10_000,
    retryable: () => true,
    onWait: (wait) => waits.push(wait),
  });
  expect(await clock.run(work)).toBe("done");
  expect(attempts).toEqual([
    { number: 1, remainingMs: 10_000 },
    { number: 2, remainingMs: 9_750 },
    { number: 3, remainingMs: 9_250 },
  ]);
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
  const { action, attempts } = failing(9);
  const work = retrying(action, { ...client.retryPolicy, retryable: () => true });
  await expect(clock.run(work)).rejects.toThrow("failure 2");
  expect(attempts[0]?.remainingMs).toBe(5000);
});
