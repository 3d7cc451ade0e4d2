import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { keepClaim } from "../../fleet/claim";

const everyMs = 5_000;
const atMostMs = 15_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

function keep(renew: () => Promise<boolean>, acquiredAt = performance.now()) {
  const onLost = jest.fn<(reason: string) => void>();
  return { end: keepClaim({ acquiredAt }, renew, onLost), onLost };
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

test("holds as long as it is renewed", async () => {
  const renew = jest.fn(async () => true);
  const { end, onLost } = keep(renew);
  await pass(10 * atMostMs);
  expect(onLost).not.toHaveBeenCalled();
  expect(renew).toHaveBeenCalledTimes(30);
  end();
});

test("is lost at once if another worker has the claim", async () => {
  const { onLost } = keep(async () => false);
  await pass(everyMs);
  expect(onLost.mock.calls).toEqual([["another worker has acquired the shard"]]);
  await pass(10 * atMostMs);
  expect(onLost).toHaveBeenCalledTimes(1);
});

test.each([
  ["refuses", () => Promise.reject(new Error("no connection"))],
  ["never responds", () => new Promise<boolean>(() => {})],
])("is lost when others may take the claim if the database %s, and not before", async (_what, renew) => {
  const { onLost } = keep(renew);
  await pass(atMostMs - 1);
  expect(onLost).not.toHaveBeenCalled();
  await pass(1);
  expect(onLost.mock.calls).toEqual([["PostgreSQL did not respond for 15 s"]]);
});

test("survives an outage that ends shortly before others may take the claim", async () => {
  const outageEndsAt = performance.now() + 14_000;
  const { end, onLost } = keep(async () => {
    if (performance.now() < outageEndsAt) throw new Error("no connection");
    return true;
  });
  await pass(2 * atMostMs);
  expect(onLost).not.toHaveBeenCalled();
  end();
});

test("counts from when the claim was requested", async () => {
  const { onLost } = keep(() => new Promise(() => {}), performance.now() - 4_000);
  await pass(10_999);
  expect(onLost).not.toHaveBeenCalled();
  await pass(1);
  expect(onLost).toHaveBeenCalledTimes(1);
});

test("counts from when a renewal was sent, because its response may be late", async () => {
  let renewals = 0;
  const { onLost } = keep(async () => {
    renewals += 1;
    if (renewals > 1) return new Promise<boolean>(() => {});
    await new Promise((resolve) => setTimeout(resolve, 9_000));
    return true;
  });
  // Sent at 5 s, answered at 14 s: it holds until 20 s.
  await pass(19_999);
  expect(onLost).not.toHaveBeenCalled();
  await pass(1);
  expect(onLost).toHaveBeenCalledTimes(1);
});

test("reports nothing after its end", async () => {
  const { end, onLost } = keep(async () => false);
  end();
  await pass(10 * atMostMs);
  expect(onLost).not.toHaveBeenCalled();
});
