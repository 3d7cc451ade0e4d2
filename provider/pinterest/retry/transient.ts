import {
  PinterestAnswerError,
  PinterestApiError,
  PinterestConnectionError,
  PinterestTimeoutError,
} from "../errors";
import type { Operation } from "../operations";
import type { PinterestError } from "../pinterest-error";
import { speaksOfSpam } from "../spam";

/** Statuses that a later request may not meet again. */
const transientStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Codes of Node and undici for a network that may be well again a moment later; a certificate or a proxy's refusal is not. */
const transientCodes: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** Whether a connection that failed with this code may be well again a moment later. */
export function isTransientCode(causeCode: string): boolean {
  return transientCodes.has(causeCode);
}

/**
 * Whether the same request may succeed a moment later: the statuses 408, 429, 500, 502, 503 and 504 (not a 429 for spam), a
 * connection that failed or broke, an attempt's timeout, and a success whose JSON broke off. Says nothing about whether
 * the request may be sent again: see {@link mayRepeat}.
 */
export function isTransient(error: unknown): error is PinterestError {
  if (error instanceof PinterestApiError) return transientStatuses.has(error.status) && !isSpam(error);
  if (error instanceof PinterestConnectionError) return isTransientCode(error.causeCode);
  if (error instanceof PinterestAnswerError) return error.brokenOff;
  return error instanceof PinterestTimeoutError;
}

/** Whether Pinterest refused a request because of a rate limit, which waiting cures; that for spam is none. */
export function isRateLimited(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.status === 429 && !isSpam(error);
}

function isSpam({ status, apiMessage }: PinterestApiError): boolean {
  return status === 429 && speaksOfSpam(apiMessage);
}

/**
 * Whether an operation that ended with a transient error may simply be sent again. What is sent twice must come to the same:
 * a GET, PATCH or DELETE does. A POST does not (two log entries; a creation of what was meanwhile deleted), so it is repeated
 * only where the first was surely not carried out.
 */
export function mayRepeat({ method }: Pick<Operation, "method">, error: unknown): boolean {
  if (!isTransient(error)) return false;
  return method !== "POST" || error.outcome !== "unknown";
}
