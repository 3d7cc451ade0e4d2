import type { Clock } from "../clock";
import { RetryBucket } from "./bucket";

// By clock first: a test with a clock of its own shares nothing with the rest of its process.
const buckets = new WeakMap<Clock, Map<string, RetryBucket>>();

/** The process's bucket for the retries of all operations against one origin. */
export function retryBucketOf(origin: string, clock: Clock): RetryBucket {
  const ofClock = buckets.get(clock) ?? new Map<string, RetryBucket>();
  buckets.set(clock, ofClock);
  const bucket = ofClock.get(origin) ?? new RetryBucket();
  ofClock.set(origin, bucket);
  return bucket;
}
