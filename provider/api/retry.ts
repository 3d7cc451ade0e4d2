import { type Clock, formatDuration, noticeAfterMs } from "../base/clock";

export interface RetryPolicy {
  /** Attempts in total, at least 1. 1 disables retries. */
  readonly maxAttempts: number;
  /** The time in milliseconds since 1970 at which all attempts and waits end. A wait that would exceed it does not start. */
  readonly endsAt: number;
  /** Limits the retries of many operations together. @default no limit */
  readonly budget?: RetryBudget;
  readonly clock: Clock;
  /** Called before each wait. */
  readonly onRetry: (wait: RetryWait) => void;
  /** Ends a wait. */
  readonly signal?: AbortSignal | undefined;
}

export interface RetryWait {
  readonly waitMs: number;
  /** Number of the next attempt: 2 or more. */
  readonly nextAttempt: number;
  readonly maxAttempts: number;
  readonly error: unknown;
}

/** Properties of errors that decide about retries. */
interface RetryFacts {
  readonly isTransient?: boolean;
  /** The wait that the server asked for. */
  readonly retryAfterMs?: number | undefined;
}

function factsOf(error: unknown): RetryFacts {
  return error instanceof Error ? (error as RetryFacts) : {};
}

/** The attempts of one action, and the waits between them. */
export class Retries {
  private attempt = 1;

  constructor(private readonly policy: RetryPolicy) {}

  /**
   * Attempts an action until it succeeds, its error is not retryable, or no retry is left.
   *
   * @param isRetryable whether to retry after an error. @default its property `isTransient`
   * @throws the error of the last attempt, or the signal's reason if it ends a wait.
   */
  async run<T>(
    action: () => Promise<T>,
    isRetryable = (error: unknown) => factsOf(error).isTransient === true,
  ): Promise<T> {
    for (;;) {
      try {
        const result = await action();
        this.succeeded();
        return result;
      } catch (error) {
        if (!isRetryable(error) || !(await this.wait(error))) throw error;
      }
    }
  }

  /**
   * Waits after an attempt that failed.
   *
   * @returns whether to attempt the action again; false at once if attempts, time or budget are used up, or the operation is canceled.
   * @throws the signal's reason if it ends the wait.
   */
  async wait(error: unknown): Promise<boolean> {
    const { maxAttempts, endsAt, budget, clock, onRetry, signal } = this.policy;
    if (this.attempt >= maxAttempts || signal?.aborted) return false;
    const waitMs = retryDelayMs(this.attempt - 1, factsOf(error).retryAfterMs, clock);
    if (clock.now() + waitMs >= endsAt || budget?.take() === false) return false;
    this.attempt += 1;
    onRetry({ waitMs, nextAttempt: this.attempt, maxAttempts, error });
    await clock.sleep(waitMs, signal);
    return true;
  }

  /** Records that the last attempt succeeded. */
  succeeded(): void {
    this.policy.budget?.succeeded(this.attempt - 1);
  }
}

/** The message to the user about a wait before a retry. Undefined if it is at most {@link noticeAfterMs}. */
export function retryNotice(
  { waitMs, nextAttempt, maxAttempts }: RetryWait,
  doing: string,
  reason: string,
): string | undefined {
  if (waitMs <= noticeAfterMs) return undefined;
  return `Request failed (${reason}): ${doing} continues in ${formatDuration(waitMs)} (attempt ${nextAttempt} of ${maxAttempts})`;
}

const firstBackoffMs = 500;
const longestBackoffMs = 20_000;

/** Exponential backoff: doubled with each retry. */
export function backoffMs(retries: number): number {
  return Math.min(longestBackoffMs, firstBackoffMs * 2 ** retries);
}

/**
 * The wait before a retry: random up to {@link backoffMs}
 * ([full jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)), or at least the wait that the server asked for.
 */
function retryDelayMs(
  retries: number,
  retryAfterMs: number | undefined,
  clock: Pick<Clock, "random">,
): number {
  return retryAfterMs === undefined ? clock.random() * backoffMs(retries) : withJitter(retryAfterMs, clock);
}

/** Adds up to a tenth, at most 1 s. */
export function withJitter(waitMs: number, clock: Pick<Clock, "random">): number {
  return waitMs + clock.random() * Math.min(waitMs / 10, 1_000);
}

/** Tokens of a new {@link RetryBudget}, which it never exceeds, and the cost of a retry. */
const budgetTokens = 500;
const retryTokens = 10;

/**
 * Prevents retry storms: a retry costs tokens, a retry that helps returns its cost, and a success without a retry returns one token. Without tokens,
 * errors are final. 1,000 operations against an API that is down make 50 retries instead of 3,000.
 * ([The same in AWS SDKs](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html), with these numbers.)
 */
export class RetryBudget {
  private tokens = budgetTokens;

  /** Takes the cost of a retry. @returns whether there were enough tokens. */
  take(): boolean {
    if (this.tokens < retryTokens) return false;
    this.tokens -= retryTokens;
    return true;
  }

  /** Records that an operation succeeded after this number of retries. */
  succeeded(retries: number): void {
    const returned = retries === 0 ? 1 : retries * retryTokens;
    this.tokens = Math.min(budgetTokens, this.tokens + returned);
  }
}
