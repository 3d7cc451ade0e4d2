import { setTimeout as pause } from "node:timers/promises";

/** Time and chance, injected so that tests need neither. */
export interface Clock {
  /** Milliseconds since 1970. Never less than it was before. */
  now(): number;
  /** Waits; rejects with the signal's reason when that is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** At least 0 and below 1. */
  random(): number;
}

let latest = Number.NEGATIVE_INFINITY;
/** By how much the computer's time has been set back since the process began. */
let setBack = 0;

export const systemClock: Clock = {
  // Otherwise what a limit or a deadline was reckoned from could lie hours ahead.
  now: () => {
    const time = Date.now();
    if (time + setBack < latest) setBack = latest - time;
    latest = time + setBack;
    return latest;
  },
  sleep: async (milliseconds, signal) => {
    try {
      await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
  random: () => Math.random(),
};
