/** Shorter waits, in milliseconds, are not worth a word to the person at the terminal. */
export const worthTellingMs = 2_000;

/** A span of time, as messages say it. */
export function spanText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A moment to wait for, as messages say it: by the clock, and how long that is. */
export function untilText(until: number, now: number): string {
  const moment = new Date(until).toISOString().replace(/\.\d+Z$/, "Z");
  return `until ${moment} (${spanText(until - now)})`;
}
