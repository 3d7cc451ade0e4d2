import type { Clock } from "../clock";

const firstMs = 500;
const longestMs = 20_000;
const longestExtraMs = 1_000;

/** The bound of the wait before a retry: half a second, doubled each time, up to 20 seconds. */
export function backoffBound(retriesBefore: number): number {
  return Math.min(longestMs, firstMs * 2 ** retriesBefore);
}

/**
 * How long to wait before a retry, in milliseconds. Untold, anything up to the growing bound ("full jitter"), so that those
 * who failed together do not return together. A wait that the server told is never shortened, and lengthened by up to a
 * tenth, at most a second.
 */
export function backoff(
  retriesBefore: number,
  toldMs: number | undefined,
  clock: Pick<Clock, "random">,
): number {
  return toldMs === undefined
    ? clock.random() * backoffBound(retriesBefore)
    : lengthened(toldMs, clock.random());
}

/**
 * How long to wait after a rate limit was met, in milliseconds: as the server told, and at least the growing bound, so that a server
 * that tells 0 or nothing is not stormed.
 */
export function rateLimitBackoff(
  refusalsBefore: number,
  toldMs: number | undefined,
  clock: Pick<Clock, "random">,
): number {
  return lengthened(Math.max(toldMs ?? 0, backoffBound(refusalsBefore)), clock.random());
}

function lengthened(waitMs: number, random: number): number {
  return waitMs + random * Math.min(waitMs / 10, longestExtraMs);
}
