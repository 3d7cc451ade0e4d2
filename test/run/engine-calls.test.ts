import { describe, expect, test } from "@jest/globals";
import { type EngineCall, EngineCalls } from "../../provider/run/engine-calls";
import { failureOf } from "../lifecycle/helpers/failure";

/** The limits of a call with this time limit. */
async function limitsOf(timeoutSeconds: number): Promise<EngineCall["limits"] | undefined> {
  const calls = new EngineCalls();
  return calls.run("", timeoutSeconds, async () => calls.current?.limits);
}

/** Resolve when a signal is aborted. */
function aborted(signal: AbortSignal | undefined): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(signal.reason);
    signal?.addEventListener("abort", () => resolve(signal.reason));
  });
}

describe("a call in progress", () => {
  test("is visible only to its own code", async () => {
    const calls = new EngineCalls();
    const urns = await Promise.all(
      ["urn:a", "urn:b"].map((urn) =>
        calls.run(urn, 0, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return calls.current?.urn;
        }),
      ),
    );
    expect(urns).toEqual(["urn:a", "urn:b"]);
    expect(calls.current).toBeUndefined();
  });

  test("resolves or rejects like its action", async () => {
    const calls = new EngineCalls();
    expect(await calls.run("", 0, async () => 7)).toBe(7);
    expect((await failureOf(calls.run("", 0, () => Promise.reject(new Error("no"))))).message).toBe("no");
  });
});

describe("the time limit of a call", () => {
  test("is the value of customTimeouts, with its source", async () => {
    const before = Date.now();
    const { endsAt = 0, setBy } = (await limitsOf(60)) ?? {};
    expect(endsAt).toBeGreaterThanOrEqual(before + 60_000);
    expect(endsAt).toBeLessThanOrEqual(Date.now() + 60_000);
    expect(setBy).toBe("the resource's customTimeouts");
  });

  test("aborts the signal of the call when it has passed", async () => {
    const limits = await limitsOf(0.001);
    expect(await aborted(limits?.signal)).toMatchObject({ name: "TimeoutError" });
  });

  test.each([2 ** 31 / 1000, 100 * 365 * 86_400])(
    "is reduced to the longest timer: %d s",
    async (seconds) => {
      const calls = new EngineCalls();
      const pause = new Promise((resolve) => setTimeout(resolve, 5));
      const signal = await calls.run("", seconds, async () => {
        await pause;
        const { endsAt = 0, signal } = calls.current?.limits ?? {};
        expect(endsAt - Date.now()).toBeGreaterThan(24 * 86_400_000);
        expect(endsAt - Date.now()).toBeLessThan(2 ** 31);
        return signal;
      });
      expect(signal?.aborted).toBe(false);
    },
  );
});

describe("a cancel", () => {
  test("aborts the signals of all earlier calls, and none of a later call", async () => {
    const calls = new EngineCalls();
    const signals = await Promise.all(
      [0, 3600].map((seconds) => calls.run("", seconds, async () => calls.current?.limits.signal)),
    );
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
    void calls.cancel();
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
    expect(await calls.run("", 0, async () => calls.current?.limits.signal?.aborted)).toBe(false);
  });

  test("ends the wait of a call", async () => {
    const calls = new EngineCalls();
    const waiting = failureOf(calls.run("", 0, () => calls.sleep(3_600_000)));
    void calls.cancel();
    expect((await waiting).message).toBe("canceled, while waiting");
  });
});

test("rejects an aborted call whose action does not settle, and waits for its response", async () => {
  const calls = new EngineCalls();
  const hanging = failureOf(calls.run("", 0, () => new Promise(() => {})));
  let isCanceled = false;
  const canceling = calls.cancel().then(() => {
    isCanceled = true;
  });
  expect((await hanging).message).toBe("canceled");
  await new Promise((resolve) => setImmediate(resolve));
  expect(isCanceled).toBe(false);
  await canceling;
});

test("ends a wait at the time limit of its call, and names the limit's source", async () => {
  const calls = new EngineCalls();
  const error = await failureOf(calls.run("", 0.001, () => calls.sleep(3_600_000)));
  expect(error.message).toBe("timed out: the resource's customTimeouts limit this operation, while waiting");
});
