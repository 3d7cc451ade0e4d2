import { setTimeout } from "node:timers/promises";
import { expect, jest, test } from "@jest/globals";
import { inParallel, waitAtMost, waitFor } from "../../provider/base/async";

test("waits no longer than the limit for work that never ends", async () => {
  await waitAtMost(new Promise(() => {}), 1);
});

test("waits for work that ends before the limit", async () => {
  let hasEnded = false;
  const work = async () => {
    await setTimeout(10);
    hasEnded = true;
  };
  await waitAtMost(work(), 60_000);
  expect(hasEnded).toBe(true);
});

test("throws the error of work that fails in time", async () => {
  await expect(waitAtMost(Promise.reject(new Error("broken")), 1_000)).rejects.toThrow("broken");
});

test("waiting for work rejects with the reason of a signal that is aborted before or during the wait", async () => {
  const reason = new Error("canceled");
  await expect(waitFor(Promise.resolve("done"), AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const wait = waitFor(new Promise(() => {}), controller.signal);
  controller.abort(reason);
  await expect(wait).rejects.toBe(reason);
  await expect(waitFor(Promise.resolve("done"), new AbortController().signal)).resolves.toBe("done");
});

test("waiting for work leaves no listener on its signal, which many calls share", async () => {
  const { signal } = new AbortController();
  const added = jest.spyOn(signal, "addEventListener");
  const removed = jest.spyOn(signal, "removeEventListener");
  await waitFor(Promise.resolve("done"), signal);
  expect(added).toHaveBeenCalledTimes(1);
  expect(removed.mock.calls).toEqual([added.mock.calls[0]?.slice(0, 2)]);
});

test("runs actions in parallel up to a limit, and returns results in the order of the items", async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([30, 10, 20, 0, 5], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < item; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return item * 2;
  });
  expect(results).toEqual([60, 20, 40, 0, 10]);
  expect(most).toBe(2);
  expect(await inParallel([], 2, async () => 1)).toEqual([]);
});
