const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Accepted forms of an expiry, for messages. */
export const expiryForms = 'an ISO 8601 date such as "2027-01-31T12:00:00Z", or milliseconds since 1970';

/** Smaller numbers are seconds: as milliseconds, they would be before April 1973. */
const leastMs = 1e11;
/** Largest time of a JavaScript Date. */
const greatestMs = 8.64e15;

/** Parses an expiry. @returns milliseconds since 1970, or undefined if the value has none of the {@link expiryForms}. */
export function parseExpiry(value: unknown): number | undefined {
  if (typeof value === "number") return value >= leastMs && value <= greatestMs ? value : undefined;
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}(?:[T ]|$)/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** When to renew a token: five minutes before it expires, or after 90 % of its lifetime if that is later. In milliseconds since 1970. */
export function renewalDue({ obtainedAt, expiresAt }: { obtainedAt: number; expiresAt: number }): number {
  const lifetime = Math.max(0, expiresAt - obtainedAt);
  return expiresAt - Math.min(5 * minuteMs, lifetime / 10);
}

/**
 * Describes the expiry of a token that has expired or expires within seven days, as a predicate; otherwise returns undefined.
 *
 * @param expiresAt in milliseconds since 1970.
 */
export function expiryNotice(expiresAt: number, now: number): string | undefined {
  const left = expiresAt - now;
  if (left > 7 * dayMs) return undefined;
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  if (left <= 0) return `expired on ${day}`;
  const days = Math.round(left / dayMs);
  return `expires on ${day}, ${days === 0 ? "in less than a day" : days === 1 ? "in a day" : `in ${days} days`}`;
}
