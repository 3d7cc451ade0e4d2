import { afterEach, expect, jest, test } from "@jest/globals";
import { systemClock } from "../../provider/pinterest";
import { RateBudget } from "../../provider/pinterest/rate/budget";

afterEach(() => {
  jest.restoreAllMocks();
});

const hour = 3_600_000;

/** Sets the computer's time, as somebody does who corrects it. */
function setTime(moment: number): void {
  jest.spyOn(Date, "now").mockReturnValue(moment);
}

test("the time goes on where the computer's is set back, and follows where it is set forward", () => {
  const began = systemClock.now();
  setTime(began + hour);
  expect(systemClock.now()).toBe(began + hour);
  setTime(began);
  expect(systemClock.now()).toBe(began + hour);
  setTime(began + 5);
  expect(systemClock.now()).toBe(began + hour + 5);
});

test("a rate limit that was used up before the computer's time was set back opens again in its own time", async () => {
  const began = Date.now() + 10 * hour;
  setTime(began);
  const budget = new RateBudget(systemClock);
  const acquire = () =>
    budget.acquire({
      category: "ads_read",
      ticket: 1,
      endsAt: systemClock.now() + 300_000,
      doing: "reading",
      onWait: () => {},
    });
  // The hundred of a second.
  const admissions = await Promise.all(Array.from({ length: 100 }, acquire));
  for (const admission of admissions) admission.end({ kind: "sent" });
  setTime(began - hour);
  systemClock.now();
  setTime(began - hour + 1001);
  await expect(acquire()).resolves.toBeDefined();
});

test("a sleep that is ended rejects with the reason of its signal", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const sleep = systemClock.sleep(hour, stop.signal);
  stop.abort(reason);
  await expect(sleep).rejects.toBe(reason);
  await expect(systemClock.sleep(hour, stop.signal)).rejects.toBe(reason);
});
