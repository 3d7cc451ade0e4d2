import { setTimeout as pause } from "node:timers/promises";

/** Time and randomness. Tests replace them. */
export interface Clock {
  /** Milliseconds since 1970. Never decreases. */
  now(): number;
  /** Waits. Rejects with the signal's reason if the signal is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** From 0 to below 1. */
  random(): number;
}

let latest = 0;
/** Milliseconds by which the computer's clock was set back since the process started. */
let setBack = 0;

export const systemClock: Clock = {
  // Otherwise, setting the computer's time back would make rate limits and deadlines last hours longer.
  now: () => {
    const time = Date.now();
    if (time + setBack < latest) setBack = latest - time;
    latest = time + setBack;
    return latest;
  },
  sleep: async (milliseconds, signal) => {
    try {
      await pause(milliseconds, undefined, { signal });
    } catch (error) {
      throw signal?.reason ?? error;
    }
  },
  random: () => Math.random(),
};

/** Waits of up to this time are not reported to the user. */
export const noticeAfterMs = 2_000;

/** A duration in seconds as text, with three digits: "30 s", "0.25 s". */
export function formatSeconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toPrecision(3))} s`;
}

/** A duration as text: seconds below 2 minutes, minutes below 2 hours, else hours and minutes. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A future time as text: "2026-01-01T18:39:10Z (18 h 39 min)". */
export function formatTime(time: number, now: number): string {
  return `${new Date(time).toISOString().replace(/\.\d+Z$/, "Z")} (${formatDuration(time - now)})`;
}
