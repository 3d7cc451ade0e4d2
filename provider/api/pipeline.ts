import { AsyncLocalStorage } from "node:async_hooks";
import type { Dispatcher } from "undici";
import type { ApiAddress } from "./address";
import { UnexpectedAnswer } from "./answers";
import type { KeyedQueue } from "./async";
import type { AnswerEvent, OperationEvent } from "./client-options";
import { timeText } from "./clock";
import { type Credentials, tokenTextProblem } from "./credentials";
import { startDeadline } from "./deadline";
import { type DebugSink, logExchange } from "./debug";
import { sharedDispatcher } from "./dispatcher";
import {
  apiError,
  credentialsError,
  deadlineError,
  gateError,
  requestIdOf,
  transportError,
} from "./error-mapping";
import {
  attempted,
  type ErrorContext,
  isAuthentication,
  PinterestAbortedError,
  PinterestAnswerError,
  PinterestApiError,
  PinterestCredentialsError,
  PinterestError,
  PinterestTimeoutError,
  PinterestTooLateError,
} from "./errors";
import { operations } from "./operations";
import type { Usage } from "./rate-limits";
import { type Admission, AdmissionTooLate, type RateQueue } from "./rate-queue";
import type { Redact } from "./redact";
import type { Redaction } from "./redaction";
import { type RateReport, readRateReport } from "./response-headers";
import {
  backoff,
  isRateLimited,
  mayRepeat,
  type RetryPolicy,
  type RetryWait,
  retrying,
  waitNotice,
} from "./retry";
import type { RequestGate } from "./shared-cap";
import { send, type TransportAnswer } from "./transport";

/** What all operations of a client share. */
export interface Pipeline {
  readonly address: ApiAddress;
  readonly credentials: Credentials;
  readonly userAgent: string;
  readonly dispatcher: Dispatcher | undefined;
  readonly debug: DebugSink | undefined;
  readonly redaction: Redaction;
  readonly policy: Required<RetryPolicy>;
  readonly rateQueue: RateQueue;
  /** Writes by external business ID: Pinterest answers 429 if writes to one integration follow each other closely. */
  readonly writes: KeyedQueue;
  readonly gate: RequestGate | undefined;
  readonly onWait: (message: string) => void;
  readonly onOperation: (event: OperationEvent) => void;
  readonly onAnswer: (event: AnswerEvent) => void;
}

/** An operation. Its request can be sent any number of times. */
export interface OperationRequest<T> extends ErrorContext {
  /** Relative to the API's base path. */
  readonly path: string;
  readonly body?: object;
  /** Secret values in the body. */
  readonly hidden: readonly string[];
  /** Error statuses that `read` interprets. */
  readonly alsoReads?: readonly number[];
  /** Interprets the answer. @throws UnexpectedAnswer */
  readonly read: (answer: TransportAnswer, redact: Redact) => T;
}

export interface OperationLimits {
  readonly requestTimeoutMs: number;
  readonly operationTimeoutMs: number;
  /** The setting that `operationTimeoutMs` comes from, for messages. */
  readonly operationTimeoutSource: string;
  readonly signal: AbortSignal | undefined;
  readonly background: boolean;
}

/** A retry with less time than this would time out and hide the error before it, in milliseconds. */
const minRetryTimeMs = 100;

let operationsStarted = 0;

/** What is known of an attempt. */
interface Attempt {
  readonly token?: string;
  readonly answer?: TransportAnswer;
  readonly requestId?: string | undefined;
  readonly rate?: RateReport;
  readonly error?: PinterestError;
}

/** One run of an operation. */
export class OperationRun<T> {
  readonly #policy: Required<RetryPolicy>;
  /** Place among all operations: earlier ones are sent first. */
  readonly #order: number;
  readonly #startedAt: number;
  readonly #endsAt: number;
  #attempts = 0;
  #waitedMs = 0;
  /** Whether the outcome of an attempt of a write is unknown. */
  #unclear = false;
  #tokenRenewed = false;
  /** Whether the next request would be sent too late, so that the last error is final. */
  #tooLate = false;
  #last: Attempt = {};

  constructor(
    private readonly pipeline: Pipeline,
    private readonly request: OperationRequest<T>,
    private readonly limits: OperationLimits,
  ) {
    this.#policy = limits.background ? { ...pipeline.policy, maxAttempts: 1 } : pipeline.policy;
    this.#order = limits.background ? Number.POSITIVE_INFINITY : operationsStarted++;
    this.#startedAt = this.#now();
    this.#endsAt = this.#startedAt + limits.operationTimeoutMs;
  }

  /**
   * Waits for earlier writes to the same integration, and sends the request: with retries, waits for rate limits, and renewal of a refused token.
   *
   * @throws PinterestError
   */
  async perform(): Promise<T> {
    const { externalBusinessId } = this.request;
    const isWrite = this.#operation.method !== "GET";
    try {
      const value =
        isWrite && externalBusinessId !== undefined
          ? await this.pipeline.writes.run(
              externalBusinessId,
              () => this.#sendWithRetries(),
              this.limits.signal,
            )
          : await this.#sendWithRetries();
      this.#report();
      return value;
    } catch (thrown) {
      const error = this.#conclude(thrown);
      this.#report(error);
      throw error;
    }
  }

  #sendWithRetries(): Promise<T> {
    const { signal } = this.limits;
    return retrying(() => this.#sendUntilAccepted(), {
      ...this.#policy,
      timeoutMs: this.#endsAt - this.#now(),
      retryable: (error) => !this.#tooLate && mayRepeat(this.#operation, error),
      onWait: (wait) => this.#waits(wait),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Sends the request again after a rate limit, and once after a refused token. These do not count as attempts of the retry policy. */
  async #sendUntilAccepted(): Promise<T> {
    for (let refusals = 0; ; ) {
      try {
        return await this.#sendOnce();
      } catch (error) {
        if (this.#tooLate) throw error;
        if (isAuthentication(error) && (await this.#renewToken())) continue;
        if (!isRateLimited(error) || this.#policy.maxAttempts === 1) throw error;
        await this.#backOff(refusals, error);
        refusals += 1;
      }
    }
  }

  /**
   * Waits after a rate limit, if this operation's backoff is longer than the wait of the rate queue. That happens if Pinterest refuses only this
   * operation, because of writes to one integration, and accepts others.
   */
  async #backOff(refusals: number, error: PinterestError): Promise<void> {
    const until = this.#now() + backoff(refusals);
    if (until <= this.pipeline.rateQueue.limits.closedUntil(this.#operation.category)) return;
    if (until >= this.#endsAt) {
      this.#tooLate = true;
      throw error;
    }
    const { clock, maxAttempts } = this.#policy;
    const waitMs = until - this.#now();
    this.#waits({ waitMs, error, nextAttempt: this.#attempts + 1, maxAttempts });
    await clock.sleep(waitMs, this.limits.signal);
  }

  /** @returns whether another token is available. */
  async #renewToken(): Promise<boolean> {
    const { credentials } = this.pipeline;
    if (this.#tokenRenewed || credentials.renew === undefined) return false;
    this.#tokenRenewed = true;
    const renew = async (signal: AbortSignal) =>
      (await credentials.renew?.(this.#last.token ?? "", signal)) ?? false;
    return this.#inTime("getting another access token", renew, credentialsError);
  }

  /** Sends one request when rate limits admit it. */
  async #sendOnce(): Promise<T> {
    const admission = await this.#admission();
    let usage: Usage = { sent: false };
    try {
      if (this.pipeline.gate !== undefined) {
        await this.#waiting(
          this.#inTime("waiting for the fleet's request limit", this.pipeline.gate, gateError),
        );
      }
      this.#attempts += 1;
      this.#last = {};
      try {
        return await this.#exchange();
      } catch (error) {
        if (error instanceof PinterestError) {
          this.#last = { ...this.#last, error };
          this.#unclear ||= this.#operation.method !== "GET" && error.outcome === "unknown";
        }
        throw error;
      } finally {
        usage = this.#usage();
      }
    } finally {
      admission.end(usage);
    }
  }

  async #admission(): Promise<Admission> {
    const { rateQueue } = this.pipeline;
    this.limits.signal?.throwIfAborted();
    const endsAt = this.#endsAt - (this.#last.error === undefined ? 0 : minRetryTimeMs);
    const immediate = rateQueue.admitAtOnce(this.#operation.category);
    const admission = immediate ?? (await this.#waiting(this.#admissionInTime(endsAt)));
    // Earlier writes may have taken all of the time, and timers are late on a busy machine.
    if (this.#now() < endsAt) return admission;
    admission.end({ sent: false });
    throw this.#waitTimeout(
      immediate === undefined ? "a rate limit" : "earlier writes of the same integration",
    );
  }

  #waitTimeout(awaited: string): PinterestError {
    const { operationTimeoutMs: timeoutMs } = this.limits;
    const during = `waiting for ${awaited}`;
    return this.#outOfTime(new PinterestTimeoutError(this.request, "never-sent", { timeoutMs, during }));
  }

  async #admissionInTime(endsAt: number): Promise<Admission> {
    const { rateQueue, onWait } = this.pipeline;
    try {
      return await rateQueue.admit({
        category: this.#operation.category,
        order: this.#order,
        endsAt,
        doing: attempted(this.request),
        signal: this.limits.signal,
        // The notice belongs to this operation, also if another one's timer sends it.
        onWait: AsyncLocalStorage.bind(onWait),
      });
    } catch (error) {
      if (!(error instanceof AdmissionTooLate)) throw error;
      const { reason, until } = error.delay;
      if (until === Number.POSITIVE_INFINITY) throw this.#waitTimeout("a rate limit");
      throw this.#outOfTime(
        new PinterestTooLateError(this.request, {
          reason,
          availableAt: until,
          until: timeText(until, this.#now()),
          timeLimit: this.#timeLimit(),
          timeLimitSource: this.limits.operationTimeoutSource,
        }),
      );
    }
  }

  /** The final error if no further request can be sent in time. The error of an earlier attempt says more. */
  #outOfTime(error: PinterestError): PinterestError {
    this.#tooLate = true;
    return this.#last.error ?? error;
  }

  /** Sends the request, and interprets the answer. */
  async #exchange(): Promise<T> {
    const { pipeline, request } = this;
    const token = await this.#accessToken();
    const { redact, redactLog } = pipeline.redaction.of(token, request.hidden);
    const answer = await this.#answered(token, redact, redactLog);
    const { status } = answer;
    const requestId = requestIdOf(answer, redact);
    const rate = readRateReport(answer);
    this.#last = { ...this.#last, answer, requestId, rate };
    const { operation, account } = request;
    pipeline.onAnswer({ operation, account, status, requestId, rate });
    const isSuccess = status >= 200 && status <= 299;
    if (!isSuccess && !request.alsoReads?.includes(status)) {
      const { remedy: tokenRemedy } = pipeline.credentials;
      throw apiError(request, answer, { redact, now: this.#now(), tokenRemedy });
    }
    try {
      return request.read(answer, redact);
    } catch (error) {
      if (!(error instanceof UnexpectedAnswer)) throw error;
      throw new PinterestAnswerError(request, {
        status,
        problem: redact(error.message),
        brokenOff: error.brokenOff,
        requestId,
      });
    }
  }

  async #accessToken(): Promise<string> {
    const { credentials } = this.pipeline;
    const get = (signal: AbortSignal) => credentials.accessToken(signal);
    const token =
      credentials.atHand?.() ?? (await this.#inTime("getting an access token", get, credentialsError));
    const problem = tokenTextProblem(token);
    if (problem !== undefined) {
      throw new PinterestCredentialsError(this.request, {
        reason: `it ${problem}`,
        remedy: "Set pinterest:accessToken or PINTEREST_ACCESS_TOKEN to a valid token.",
      });
    }
    this.#last = { token };
    return token;
  }

  async #answered(token: string, redact: Redact, redactLog: Redact): Promise<TransportAnswer> {
    const { address, userAgent, debug, dispatcher } = this.pipeline;
    const { operation } = this.request;
    const { method } = this.#operation;
    const path = address.basePath + this.request.path;
    const body = this.request.body === undefined ? {} : { body: JSON.stringify(this.request.body) };
    const log = logExchange(debug, redactLog, { operation, method, path, ...body });
    const deadline = startDeadline(
      Math.min(this.limits.requestTimeoutMs, this.#timeLeftMs()),
      this.limits.signal,
    );
    try {
      // Throws if the proxy's address is not a URL.
      const answer = await send(dispatcher ?? sharedDispatcher(address), {
        origin: address.origin,
        path,
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: "application/json",
          "user-agent": userAgent,
          ...("body" in body ? { "content-type": "application/json" } : {}),
        },
        ...body,
        signal: deadline.signal,
      });
      log({ status: answer.status, body: answer.text, requestId: requestIdOf(answer, redact) });
      return answer;
    } catch (error) {
      const failure = transportError(this.request, error, address.origin, redact, deadline);
      log({ failure: failure.message });
      throw failure;
    } finally {
      deadline.stop();
    }
  }

  /** How the last attempt counts against rate limits. A request without an answer may have reached Pinterest, and counts. */
  #usage(): Usage {
    const { answer, rate, error } = this.#last;
    return {
      sent: answer !== undefined || error?.outcome !== "never-sent",
      report: rate,
      refusal: isRateLimited(error)
        ? {
            retryAfterMs: error.retryAfterMs,
            reason: refusalText(error),
            delaysOthers: !this.limits.background,
          }
        : undefined,
    };
  }

  /** Runs an action within the operation's time. Its failure becomes an error of the operation. */
  async #inTime<R>(
    during: string,
    action: (signal: AbortSignal) => Promise<R>,
    toError: (context: ErrorContext, error: unknown) => PinterestError,
  ): Promise<R> {
    const deadline = startDeadline(this.#timeLeftMs(), this.limits.signal);
    try {
      return await deadline.race(() => action(deadline.signal));
    } catch (error) {
      throw deadline.ended
        ? deadlineError(this.request, deadline, during, false)
        : toError(this.request, error);
    } finally {
      deadline.stop();
    }
  }

  /** Adds the duration to the operation's waits. */
  async #waiting<R>(work: Promise<R>): Promise<R> {
    const from = this.#now();
    try {
      return await work;
    } finally {
      this.#waitedMs += this.#now() - from;
    }
  }

  #waits(wait: RetryWait): void {
    this.#waitedMs += wait.waitMs;
    const notice = waitNotice(attempted(this.request), wait);
    if (notice !== undefined) this.pipeline.onWait(notice);
  }

  /** The error to throw, with the attempts, waits and time limits of the whole operation. */
  #conclude(thrown: unknown): PinterestError {
    const isAborted = !(thrown instanceof PinterestError) && this.limits.signal?.aborted;
    const error = isAborted
      ? new PinterestAbortedError(this.request, "never-sent", "waiting to send the request")
      : thrown;
    if (!(error instanceof PinterestError)) throw error;
    const effort = {
      attempts: this.#attempts,
      waitedMs: Math.round(this.#waitedMs),
      durationMs: this.#now() - this.#startedAt,
      unclear: this.#unclear,
    };
    return error.conclude(effort, this.#note(error));
  }

  #note(error: PinterestError): string | undefined {
    const now = this.#now();
    if (error.kind === "timeout" && now >= this.#endsAt) {
      return `The operation's time limit has passed (${this.#timeLimit()}).`;
    }
    if (!(error instanceof PinterestApiError) || error.retryAfterMs === undefined) return undefined;
    const until = now + error.retryAfterMs;
    const beyond =
      until < this.#endsAt ? "" : `, longer than the operation's time limit (${this.#timeLimit()})`;
    return `The answer asks to wait until ${timeText(until, now)}${beyond}.`;
  }

  #timeLimit(): string {
    const { operationTimeoutMs, operationTimeoutSource } = this.limits;
    return `${Math.round(operationTimeoutMs / 100) / 10} s, ${operationTimeoutSource}`;
  }

  #report(error?: PinterestError): void {
    const { operation, externalBusinessId, account, path } = this.request;
    const { address } = this.pipeline;
    this.pipeline.onOperation({
      operation,
      externalBusinessId,
      account,
      method: this.#operation.method,
      host: address.host,
      path: address.basePath + path,
      startedAt: this.#startedAt,
      durationMs: this.#now() - this.#startedAt,
      attempts: this.#attempts,
      status: this.#last.answer?.status,
      requestId: this.#last.requestId,
      error,
    });
  }

  get #operation() {
    return operations[this.request.operation];
  }

  #now(): number {
    return this.#policy.clock.now();
  }

  #timeLeftMs(): number {
    return Math.max(1, Math.ceil(this.#endsAt - this.#now()));
  }
}

function refusalText({ status, code, apiMessage, requestId }: PinterestApiError): string {
  return [
    `HTTP ${status}`,
    ...(code === undefined ? [] : [`code ${code}`]),
    ...(apiMessage === "" ? [] : [apiMessage.replace(/\.$/, "")]),
    ...(requestId === undefined ? [] : [`request ID ${requestId}`]),
  ].join(", ");
}
