/** What a moment may be written as, for messages. */
export const momentForms = 'an ISO text such as "2027-01-31T12:00:00Z", or milliseconds since 1970';

/** Up to here a number is surely seconds: as milliseconds it would be before April 1973. */
const leastMilliseconds = 1e11;

/**
 * A moment as people and programs write it.
 *
 * @returns milliseconds since 1970; undefined if it is none of {@link momentForms}.
 */
export function parseMoment(value: unknown): number | undefined {
  if (typeof value === "number") {
    return Number.isFinite(value) && value >= leastMilliseconds && value <= 8.64e15 ? value : undefined;
  }
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}(?:[T ]|$)/.test(value)) return undefined;
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? undefined : moment;
}
