import { setMaxListeners } from "node:events";
import { CredentialsError } from "../credentials";

/** Exchanges of refresh tokens with their saves, and runs of the account command. */
const inProgress = new Set<Promise<unknown>>();
let lastEndedAt = Number.NEGATIVE_INFINITY;
const ending = new AbortController();
setMaxListeners(0, ending.signal);

/** Aborted when the process is about to exit. It then requests no more tokens. */
export const processEnding: AbortSignal = ending.signal;

/**
 * Runs an action that requests tokens. The process waits for it before it exits, because Pinterest or a vault may have replaced the tokens
 * before.
 *
 * @throws CredentialsError if the process is about to exit.
 */
export async function requestTokens<T>(action: () => Promise<T>): Promise<T> {
  processEnding.throwIfAborted();
  const running = action();
  inProgress.add(running);
  try {
    return await running;
  } finally {
    inProgress.delete(running);
    lastEndedAt = performance.now();
  }
}

/** When the last request for tokens ended, or the current time if one is in progress, on the clock of `performance.now`. */
export function lastTokenRequestAt(): number {
  return inProgress.size > 0 ? performance.now() : lastEndedAt;
}

/** Prevents further requests for tokens, and waits for those in progress. Call it before the process exits. */
export async function finishTokenRequests(): Promise<void> {
  ending.abort(new CredentialsError("the process is about to exit, and requests no more tokens"));
  await Promise.allSettled(inProgress);
}
