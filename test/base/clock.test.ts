import { afterEach, expect, jest, test } from "@jest/globals";
import { formatDuration, formatSeconds, formatTime, systemClock } from "../../provider/base/clock";

afterEach(() => {
  jest.restoreAllMocks();
});

const hour = 3_600_000;

/** Sets the computer's time. */
function setTime(moment: number): void {
  jest.spyOn(Date, "now").mockReturnValue(moment);
}

test("continues if the computer's time is set back, and follows if it is set forward", () => {
  const startedAt = systemClock.now();
  setTime(startedAt + hour);
  expect(systemClock.now()).toBe(startedAt + hour);
  setTime(startedAt);
  expect(systemClock.now()).toBe(startedAt + hour);
  setTime(startedAt + 5);
  expect(systemClock.now()).toBe(startedAt + hour + 5);
});

test("rejects a sleep with the reason of its signal", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const sleep = systemClock.sleep(hour, stop.signal);
  stop.abort(reason);
  await expect(sleep).rejects.toBe(reason);
  await expect(systemClock.sleep(hour, stop.signal)).rejects.toBe(reason);
});

test.each([
  [0, "0 s", "0 s"],
  [40, "0.04 s", "1 s"],
  [30_000, "30 s", "30 s"],
  [119_000, "119 s", "119 s"],
  [119_001, "119 s", "2 minutes"],
  [150_000, "150 s", "3 minutes"],
  [7_169_000, "7170 s", "119 minutes"],
  [7_170_000, "7170 s", "2 h 0 min"],
  [67_150_000, "67200 s", "18 h 39 min"],
])("formats %d ms as %s, or rounded up as %s", (milliseconds, seconds, duration) => {
  expect(formatSeconds(milliseconds)).toBe(seconds);
  expect(formatDuration(milliseconds)).toBe(duration);
});

test("formats a future time in whole seconds, with the duration until then", () => {
  const now = Date.UTC(2026, 0, 1, 0, 0, 0, 5);
  expect(formatTime(now + 600_000, now)).toBe("2026-01-01T00:10:00Z (10 minutes)");
});
