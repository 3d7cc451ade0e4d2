import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { keepClaim } from "../../fleet/store/claim";

/** Interval of renewals, in milliseconds. */
const renewalMs = 5_000;

/** Time after the last renewal at which a claim is lost, in milliseconds. */
const expiryMs = 15_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

function keep(renew: () => Promise<boolean>, acquiredAtMs = performance.now()) {
  const onLost = jest.fn<(reason: string) => void>();
  return { end: keepClaim({ acquiredAtMs }, renew, onLost), onLost };
}

const advance = (ms: number) => jest.advanceTimersByTimeAsync(ms);

test("holds a claim while renewals succeed", async () => {
  const renew = jest.fn(async () => true);
  const { end, onLost } = keep(renew);
  await advance(10 * expiryMs);
  expect(onLost).not.toHaveBeenCalled();
  expect(renew).toHaveBeenCalledTimes(30);
  end();
});

test("reports the loss at once, and only once, if another worker has the claim", async () => {
  const { onLost } = keep(async () => false);
  await advance(renewalMs);
  expect(onLost.mock.calls).toEqual([["another worker has it, or the database has another fleet"]]);
  await advance(10 * expiryMs);
  expect(onLost).toHaveBeenCalledTimes(1);
});

test.each([
  ["refuses", () => Promise.reject(new Error("no connection")), " (no connection)"],
  ["never responds", () => new Promise<boolean>(() => {}), ""],
])(
  "reports the loss exactly when others may take the claim if the database %s",
  async (_what, renew, reason) => {
    const { onLost } = keep(renew);
    await advance(expiryMs - 1);
    expect(onLost).not.toHaveBeenCalled();
    await advance(1);
    expect(onLost.mock.calls).toEqual([[`PostgreSQL did not respond for 15 s${reason}`]]);
  },
);

test("holds a claim through an outage that ends shortly before others may take it", async () => {
  const outageEndsAt = performance.now() + 14_000;
  const { end, onLost } = keep(async () => {
    if (performance.now() < outageEndsAt) throw new Error("no connection");
    return true;
  });
  await advance(2 * expiryMs);
  expect(onLost).not.toHaveBeenCalled();
  end();
});

test("counts the time from the request of the claim", async () => {
  const { onLost } = keep(() => new Promise(() => {}), performance.now() - 4_000);
  await advance(10_999);
  expect(onLost).not.toHaveBeenCalled();
  await advance(1);
  expect(onLost).toHaveBeenCalledTimes(1);
});

test("counts the time from the request of a renewal, because its response may be late", async () => {
  let renewals = 0;
  const { onLost } = keep(async () => {
    renewals += 1;
    if (renewals > 1) return new Promise<boolean>(() => {});
    await new Promise((resolve) => setTimeout(resolve, 9_000));
    return true;
  });
  // The renewal is sent at 5 s and completed at 14 s, so the claim holds until 20 s.
  await advance(19_999);
  expect(onLost).not.toHaveBeenCalled();
  await advance(1);
  expect(onLost).toHaveBeenCalledTimes(1);
});

test("reports no loss after its end", async () => {
  const { end, onLost } = keep(async () => false);
  end();
  await advance(10 * expiryMs);
  expect(onLost).not.toHaveBeenCalled();
});
