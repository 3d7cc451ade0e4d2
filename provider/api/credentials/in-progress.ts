import { CredentialsError } from "../credentials";

/** Exchanges of refresh tokens with their saves, and runs of the account command. */
const inProgress = new Set<Promise<unknown>>();
let lastEndedAt = Number.NEGATIVE_INFINITY;
const ending = new AbortController();

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
  if (inProgress.size === 0) deferSignals();
  const running = action();
  inProgress.add(running);
  try {
    return await running;
  } finally {
    inProgress.delete(running);
    lastEndedAt = performance.now();
    if (inProgress.size === 0) stopDeferring();
  }
}

/** Signals that end a process without a handler. Provider processes have handlers, programs usually not. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const;
let deferred: readonly NodeJS.Signals[] = [];

/** Makes signals that would end this process end it after the requests for tokens. */
function deferSignals(): void {
  deferred = signals.filter((signal) => process.listenerCount(signal) === 0);
  for (const signal of deferred) process.on(signal, endAfterRequests);
}

function stopDeferring(): void {
  for (const signal of deferred) process.off(signal, endAfterRequests);
}

async function endAfterRequests(signal: NodeJS.Signals): Promise<void> {
  await finishTokenRequests();
  stopDeferring();
  process.kill(process.pid, sendable(signal));
}

/** The signal that ends a process in place of the given one. Node.js can send only some on Windows. */
export function sendable(signal: NodeJS.Signals, platform = process.platform): NodeJS.Signals {
  return platform === "win32" ? "SIGTERM" : signal;
}

/** The end of the last request for tokens, or the current time if one is in progress, on the clock of `performance.now`. */
export function lastTokenRequestAt(): number {
  return inProgress.size > 0 ? performance.now() : lastEndedAt;
}

/** Prevents further requests for tokens, and waits for those in progress. Call it before the process exits. */
export async function finishTokenRequests(): Promise<void> {
  ending.abort(new CredentialsError("the process is about to exit, and requests no more tokens"));
  await Promise.allSettled(inProgress);
}
