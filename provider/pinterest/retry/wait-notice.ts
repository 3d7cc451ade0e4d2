import { spanText, worthTellingMs } from "../rate/wait-text";
import type { RetryWait } from "./retrying";
import { isRateLimited } from "./transient";

/**
 * What to say of a wait before a retry to the person at the terminal; undefined for one that is not worth a word.
 *
 * @param doing what waits, as the beginning of a sentence.
 */
export function waitNotice(
  doing: string,
  { waitMs, nextAttempt, maxAttempts, error }: RetryWait,
): string | undefined {
  if (waitMs <= worthTellingMs) return undefined;
  // Those are not counted.
  const which = isRateLimited(error) ? `attempt ${nextAttempt}` : `attempt ${nextAttempt} of ${maxAttempts}`;
  const { inShort: why = "a failure" } = error as { inShort?: string };
  return `${doing} waits ${spanText(waitMs)} before ${which}: ${why}`;
}
