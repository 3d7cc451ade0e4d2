const longestMarginMs = 5 * 60_000;

/**
 * When a token is to be renewed, in milliseconds since 1970: five minutes before its end, or a tenth of its life where that is less.
 *
 * @param obtainedAt when its life began, as far as is known.
 */
export function renewalDue({ obtainedAt, expiresAt }: { obtainedAt: number; expiresAt: number }): number {
  const life = Math.max(0, expiresAt - obtainedAt);
  return expiresAt - Math.min(longestMarginMs, life / 10);
}

const dayMs = 86_400_000;

/** How long before its end a token is warned about. */
const warningMs = 7 * dayMs;

/**
 * What to say of a token's end, as the end of a sentence that begins with what it is; undefined while there is time.
 *
 * @param expiresAt in milliseconds since 1970.
 */
export function expiryNotice(expiresAt: number, now: number): string | undefined {
  const left = expiresAt - now;
  if (left > warningMs) return undefined;
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  if (left <= 0) return `expired on ${day}`;
  const days = Math.round(left / dayMs);
  return `expires on ${day}, ${days === 0 ? "in less than a day" : days === 1 ? "in a day" : `in ${days} days`}`;
}
