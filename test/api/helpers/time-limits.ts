import { afterEach, jest } from "@jest/globals";

/**
 * Makes the time limits of requests pass only when the test calls the returned function, instead of after their time. Without it, a limit that is
 * short enough for a test could pass too early on a busy machine. At the end of the test, timers work again.
 */
export function stopTimeLimits(): () => void {
  const limit = new AbortController();
  jest.spyOn(AbortSignal, "timeout").mockReturnValue(limit.signal);
  return () => limit.abort();
}

afterEach(() => void jest.restoreAllMocks());
