import { afterEach, expect, jest, test } from "@jest/globals";
import { systemClock } from "../../provider/api";

afterEach(() => {
  jest.restoreAllMocks();
});

const hour = 3_600_000;

/** Sets the computer's time. */
function setTime(moment: number): void {
  jest.spyOn(Date, "now").mockReturnValue(moment);
}

test("continues if the computer's time is set back, and follows if it is set forward", () => {
  const began = systemClock.now();
  setTime(began + hour);
  expect(systemClock.now()).toBe(began + hour);
  setTime(began);
  expect(systemClock.now()).toBe(began + hour);
  setTime(began + 5);
  expect(systemClock.now()).toBe(began + hour + 5);
});

test("rejects a sleep with the reason of its signal", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const sleep = systemClock.sleep(hour, stop.signal);
  stop.abort(reason);
  await expect(sleep).rejects.toBe(reason);
  await expect(systemClock.sleep(hour, stop.signal)).rejects.toBe(reason);
});
