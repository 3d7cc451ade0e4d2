import { ignoreErrors, KeyedQueue } from "../base/async";
import { systemClock } from "../base/clock";
import { withRequestId } from "../base/message-text";
import { parseApiUrl } from "./address";
import type { CallOptions, PinterestClientOptions } from "./client-options";
import type { TimeLimit } from "./error-mapping";
import { PinterestError } from "./errors";
import { RateQueue } from "./rate-queue";
import { RetryBudget, type RetryPolicy, type RetryWait, retryNotice } from "./retry";

/** The options and state that all operations of a client share. */
export type Pipeline = ReturnType<typeof openPipeline>;

/** @throws Error for an invalid `apiUrl`. */
export function openPipeline(options: PinterestClientOptions) {
  const { clock = systemClock } = options;
  const onWait = ignoreErrors(options.onWait);
  return {
    requestTimeoutMs: 30_000,
    operationTimeoutMs: 300_000,
    maxAttempts: 4,
    retryBudget: new RetryBudget(),
    ...options,
    clock,
    address: parseApiUrl(options.apiUrl),
    /** Whether Pinterest's API is at this address. Undefined until the response to a read shows it. */
    isApi: undefined as boolean | undefined,
    rateQueue: new RateQueue(clock, options.requestsPerMinute),
    /** Writes by external business ID: Pinterest responds with 429 if writes to one integration follow each other closely. */
    writes: new KeyedQueue(),
    onWait,
    onOperation: ignoreErrors(options.onOperation),
    onRetry: (wait: RetryWait) => reportRetry(wait, onWait),
  };
}

function reportRetry(wait: RetryWait, onWait: (message: string) => void): void {
  const { error } = wait;
  // The policy also serves tasks of several operations, which can fail with other errors.
  if (!(error instanceof PinterestError)) return;
  const notice = retryNotice(wait, error.doing, withRequestId(error.summary, error.requestId));
  if (notice !== undefined) onWait(notice);
}

/** The order, the time limit and the retries of an operation. */
export interface Plan extends TimeLimit, RetryPolicy {
  /** Position among all operations: earlier ones are sent first. */
  readonly order: number;
  readonly signal: AbortSignal;
  /** Whether a refusal by a rate limit delays other operations. */
  readonly delaysOthers: boolean;
}

let operationsStarted = 0;

/** The plan of an operation, or of a task of several operations, that starts now. */
export function planOf(pipeline: Pipeline, call: CallOptions = {}): Plan {
  const { clock, onRetry, retryBudget: budget } = pipeline;
  const { background = false, signal, operationTimeoutMs } = call;
  const ambient = (background ? undefined : pipeline.limits?.()) ?? {};
  const startedAt = clock.now();
  const ambientMs = ambient.endsAt === undefined ? undefined : Math.max(1, ambient.endsAt - startedAt);
  return {
    order: background ? Number.POSITIVE_INFINITY : operationsStarted++,
    startedAt,
    endsAt: startedAt + (operationTimeoutMs ?? ambientMs ?? pipeline.operationTimeoutMs),
    setBy: ambient.setBy ?? "pinterest:operationTimeout",
    signal: AbortSignal.any([signal, ambient.signal].filter((each) => each !== undefined)),
    maxAttempts: background ? 1 : pipeline.maxAttempts,
    delaysOthers: !background,
    budget,
    clock,
    onRetry,
  };
}
