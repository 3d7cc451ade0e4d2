import { AsyncLocalStorage } from "node:async_hooks";
import { type KeyedQueue, startDeadline, waitFor } from "../base/async";
import { formatSeconds, formatTime } from "../base/clock";
import { UnexpectedResponse } from "../base/json";
import { responseText } from "../base/message-text";
import type { ApiAddress } from "./address";
import type {
  AmbientLimits,
  CallOptions,
  OperationEvent,
  PinterestClientOptions,
  RequestGate,
} from "./client-options";
import { CredentialsError, tokenTextProblem } from "./credentials";
import {
  apiError,
  credentialsError,
  deadlineError,
  gateError,
  requestIdOf,
  responseError,
  TransportFailure,
  transportError,
} from "./error-mapping";
import { isAuthentication, isRateLimited } from "./error-predicates";
import { describeOperation, type ErrorContext, PinterestApiError, PinterestError } from "./errors";
import { type Operation, operations, rateCategoryOf } from "./operations";
import type { RequestEnd } from "./rate-limits";
import { type Admission, NotAdmitted, type RateQueue } from "./rate-queue";
import { createRedactor, type Redact } from "./redact";
import { type HttpResponse, readRateReport } from "./response-headers";
import { Retries, type RetryPolicy } from "./retry";
import { send } from "./transport";

/** The options and state that all operations of a client share. */
export interface Pipeline
  extends Pick<PinterestClientOptions, "credentials" | "dispatcher" | "gate" | "network">,
    Required<Pick<PinterestClientOptions, "clock" | "requestTimeoutMs" | "onWait">> {
  readonly address: ApiAddress;
  readonly policy: RetryPolicy;
  readonly ambientLimits: () => AmbientLimits;
  readonly onOperation: (event: OperationEvent) => void;
  readonly rateQueue: RateQueue;
  /** Writes by external business ID: Pinterest responds with 429 if writes to one integration follow each other closely. */
  readonly writes: KeyedQueue;
}

/** An operation. Its request can be sent any number of times. */
export interface OperationRequest<T> extends ErrorContext {
  /** Relative to the API's base path. */
  readonly path: string;
  readonly body?: object | undefined;
  /** Secret values in the body. @default none */
  readonly hidden?: readonly string[] | undefined;
  /** Error statuses that `read` interprets. */
  readonly alsoReads?: readonly number[] | undefined;
  /** Interprets the response. @throws UnexpectedResponse */
  readonly read: (response: HttpResponse, redact: Redact) => T;
}

/** The time limit of an operation that starts now. */
export function timeLimitMs(
  { policy, clock }: Pick<Pipeline, "policy" | "clock">,
  { endsAt }: AmbientLimits,
): number {
  return endsAt === undefined ? policy.timeoutMs : Math.max(1, endsAt - clock.now());
}

/** Least time for another attempt. With less, the attempt would time out and hide the error before it. */
const minAttemptMs = 100;

let operationsStarted = 0;

/** The last response to the operation; empty without one. */
type LastResponse = Pick<OperationEvent, "status" | "requestId" | "rate">;

/** One operation, from the wait for earlier ones to its result. Each method adds one thing to the next: the last of them sends one request. */
export class OperationRun<T> {
  private readonly pipeline: Pipeline;
  private readonly request: OperationRequest<T>;
  private readonly operation: Operation;
  private readonly isWrite: boolean;
  private readonly isBackground: boolean;
  private readonly policy: RetryPolicy;
  /** Position among all operations: earlier ones are sent first. */
  private readonly order: number;
  private readonly startedAt: number;
  private readonly endsAt: number;
  private endedAt = 0;
  /** The setting that the time limit comes from, for messages. */
  private readonly limitedBy: string;
  private readonly signal: AbortSignal;
  private attempts = 0;
  private lastToken = "";
  private lastResponse: LastResponse = {};
  /** The errors of all requests that failed. */
  private readonly failures: PinterestError[] = [];

  constructor(pipeline: Pipeline, request: OperationRequest<T>, call: CallOptions = {}) {
    const { background = false } = call;
    const ambient = background ? {} : pipeline.ambientLimits();
    this.pipeline = pipeline;
    this.request = request;
    this.operation = operations[request.operation];
    this.isWrite = this.operation.method !== "GET";
    this.isBackground = background;
    this.policy = background ? { ...pipeline.policy, maxAttempts: 1 } : pipeline.policy;
    this.order = background ? Number.POSITIVE_INFINITY : operationsStarted++;
    this.startedAt = this.now();
    this.endsAt = this.startedAt + (call.operationTimeoutMs ?? timeLimitMs(pipeline, ambient));
    this.limitedBy = ambient.setBy ?? "pinterest:operationTimeout";
    this.signal = AbortSignal.any([call.signal, ambient.signal].filter((signal) => signal !== undefined));
  }

  /** Waits for earlier writes to the same integration, and sends the request. @throws PinterestError */
  async run(): Promise<T> {
    const { externalBusinessId } = this.request;
    try {
      return this.isWrite && externalBusinessId !== undefined
        ? await this.pipeline.writes.run(externalBusinessId, () => this.sendInTurn(), this.signal)
        : await this.sendWithRenewal();
    } catch (thrown) {
      throw this.conclude(this.errorOf(thrown));
    } finally {
      this.endedAt = this.now();
    }
  }

  /** Sends a write after the earlier ones to its integration. */
  private sendInTurn(): Promise<T> {
    if (this.now() >= this.endsAt) throw this.timedOut("waiting for earlier writes of the same integration");
    return this.sendWithRenewal();
  }

  /** Sends the request, and once more with another token if Pinterest rejects the token. */
  private async sendWithRenewal(): Promise<T> {
    const timeoutMs = this.endsAt - this.now();
    const retries = new Retries({ ...this.policy, timeoutMs, signal: this.signal });
    const sendWithRetries = () =>
      retries.run(
        () => this.sendWithinRateLimits(),
        (error) => mayRepeat(this.operation, error),
      );
    try {
      return await sendWithRetries();
    } catch (error) {
      if (!isAuthentication(error) || !(await this.renewToken())) throw error;
      return await sendWithRetries();
    }
  }

  /** Sends the request until no rate limit refuses it. These requests are not attempts of the retry policy, unless it disables retries. */
  private async sendWithinRateLimits(): Promise<T> {
    for (;;) {
      // The queue delays the next request after a refusal.
      const release = await this.admission();
      let end: RequestEnd = { kind: "failed" };
      try {
        const result = await this.sendOnce();
        end = { kind: "accepted", report: this.lastResponse.rate };
        return result;
      } catch (error) {
        if (!(error instanceof PinterestError)) throw error;
        end = this.endOf(error);
        this.failures.push(error);
        if (end.kind !== "refused" || this.policy.maxAttempts === 1) throw error;
      } finally {
        release(end);
      }
    }
  }

  /** Sends one request, and interprets the response. */
  private async sendOnce(): Promise<T> {
    const { gate } = this.pipeline;
    const { hidden = [] } = this.request;
    this.lastResponse = {};
    if (gate !== undefined) await this.pass(gate);
    this.attempts += 1;
    this.lastToken = await this.accessToken();
    const redact = createRedactor([this.lastToken, ...hidden]);
    const response = await this.sendHttp(this.lastToken, redact);
    const { status } = response;
    this.lastResponse = {
      status,
      requestId: requestIdOf(response, redact),
      rate: readRateReport(response),
    };
    return this.interpret(response, redact);
  }

  private async pass(gate: RequestGate): Promise<void> {
    try {
      await this.inTime(`waiting for ${gate.name}`, (signal) => gate.wait(signal));
    } catch (error) {
      throw error instanceof PinterestError ? error : gateError(this.request, error, gate.name);
    }
  }

  private async accessToken(): Promise<string> {
    const { credentials } = this.pipeline;
    const token = await this.askCredentials("getting an access token", (signal) =>
      credentials.accessToken(signal),
    );
    const problem = tokenTextProblem(token);
    if (problem === undefined) return token;
    const remedy = "Set pinterest:accessToken or PINTEREST_ACCESS_TOKEN to a valid token";
    throw credentialsError(this.request, new CredentialsError(`it ${problem}`, remedy));
  }

  /** @returns whether another token is available. */
  private async renewToken(): Promise<boolean> {
    const { credentials } = this.pipeline;
    if (credentials.renew === undefined) return false;
    const renew = credentials.renew.bind(credentials, this.lastToken);
    return this.askCredentials("getting another access token", renew);
  }

  private async askCredentials<R>(during: string, ask: (signal: AbortSignal) => Promise<R>): Promise<R> {
    try {
      return await this.inTime(during, ask);
    } catch (error) {
      throw error instanceof PinterestError ? error : credentialsError(this.request, error);
    }
  }

  private async sendHttp(token: string, redact: Redact): Promise<HttpResponse> {
    const { address, dispatcher, network, requestTimeoutMs } = this.pipeline;
    const { operation, path, body } = this.request;
    try {
      return await send({
        purpose: operation,
        address,
        path,
        method: this.operation.method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: { type: "application/json", text: JSON.stringify(body) } }),
        redact,
        timeoutMs: Math.min(requestTimeoutMs, this.timeLeftMs()),
        signal: this.signal,
        network,
        dispatcher,
      });
    } catch (error) {
      throw error instanceof TransportFailure ? transportError(this.request, error, address.origin) : error;
    }
  }

  /** @throws PinterestError for an error response, or one that the API description does not allow. */
  private interpret(response: HttpResponse, redact: Redact): T {
    const { credentials, clock } = this.pipeline;
    const isError = response.status > 299;
    if (isError && !this.request.alsoReads?.includes(response.status)) {
      throw apiError(this.request, response, { redact, now: clock.now(), tokenRemedy: credentials.remedy });
    }
    try {
      return this.request.read(response, redact);
    } catch (error) {
      throw error instanceof UnexpectedResponse
        ? responseError(this.request, response, error, redact)
        : error;
    }
  }

  /** Runs an action within the operation's time. @throws PinterestError if the time is over; otherwise, the action's error. */
  private async inTime<R>(during: string, action: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const deadline = startDeadline(this.timeLeftMs(), this.signal);
    const { signal } = deadline;
    try {
      signal.throwIfAborted();
      return await waitFor(action(signal), signal);
    } catch (error) {
      throw signal.aborted ? deadlineError(this.request, deadline, during) : error;
    }
  }

  /** Waits until rate limits admit the request. @throws NotAdmitted */
  private admission(): Promise<Admission> {
    const { rateQueue, onWait } = this.pipeline;
    return rateQueue.admit({
      category: rateCategoryOf(this.operation),
      order: this.order,
      endsAt: this.endsAt - (this.failures.length === 0 ? 0 : minAttemptMs),
      doing: describeOperation(this.request),
      signal: this.signal,
      // The notice belongs to this operation, also if another one's timer sends it.
      onWait: AsyncLocalStorage.bind(onWait),
    });
  }

  /** The end of the last request, which failed. */
  private endOf(error: PinterestError): RequestEnd {
    const { rate: report } = this.lastResponse;
    if (isRateLimited(error)) {
      const { retryAfterMs } = error;
      const reason = refusalText(error);
      return { kind: "refused", report, retryAfterMs, reason, delaysOthers: !this.isBackground };
    }
    switch (error.outcome) {
      case "never-sent":
        return { kind: "not sent" };
      case "refused":
        // A 429 for spam shows nothing about the limits.
        return { kind: error.status === 429 ? "failed" : "accepted", report };
      case "unknown":
        return { kind: "failed", report };
    }
  }

  /** Adds the attempts, waits and time limits of the whole operation to its error. */
  private conclude(error: PinterestError): PinterestError {
    return error.conclude({
      attempts: this.attempts,
      durationMs: this.now() - this.startedAt,
      hasUnknownOutcome: this.isWrite && this.failures.some(({ outcome }) => outcome === "unknown"),
      note: this.note(error),
    });
  }

  private errorOf(thrown: unknown): PinterestError {
    if (thrown instanceof PinterestError) return thrown;
    // The error of an earlier request contains more information.
    if (thrown instanceof NotAdmitted) return this.failures.at(-1) ?? this.notAdmitted(thrown);
    if (!this.signal.aborted) throw thrown;
    const aborted = { expired: false, timeoutMs: 0 };
    return deadlineError(this.request, aborted, "waiting to send the request");
  }

  private notAdmitted({ delay }: NotAdmitted): PinterestError {
    if (delay === undefined) return this.timedOut("waiting for a rate limit");
    const time = formatTime(delay.until, this.now());
    return new PinterestError(this.request, {
      kind: "rate-limit",
      topic: "long-rate-limit",
      outcome: "never-sent",
      summary: `rate limited by ${delay.reason} until ${time}, which is longer than the operation's time limit (${this.timeLimit()})`,
      remedy: `The request was not sent. Run again after that time. If that is at most an hour, you can raise ${this.limitedBy} instead.`,
    });
  }

  private timedOut(during: string): PinterestError {
    return deadlineError(this.request, { expired: true, timeoutMs: this.endsAt - this.startedAt }, during);
  }

  /** The reason why the client did not try again. */
  private note(error: PinterestError): string | undefined {
    const now = this.now();
    if (error.kind === "timeout" && now >= this.endsAt) {
      return `The operation's time limit has passed (${this.timeLimit()}).`;
    }
    if (!(error instanceof PinterestApiError) || error.retryAfterMs === undefined) return undefined;
    const until = now + error.retryAfterMs;
    const beyond =
      until < this.endsAt ? "" : `, which is longer than the operation's time limit (${this.timeLimit()})`;
    return `The response asks to wait until ${formatTime(until, now)}${beyond}.`;
  }

  /** Reports the end of the operation to `onOperation`. @param error if it failed. */
  report(error?: PinterestError): void {
    const { operation, externalBusinessId, account, path } = this.request;
    const { address, onOperation } = this.pipeline;
    onOperation({
      operation,
      externalBusinessId,
      account,
      method: this.operation.method,
      host: address.host,
      path: address.basePath + path,
      startedAt: this.startedAt,
      durationMs: this.endedAt - this.startedAt,
      attempts: this.attempts,
      ...this.lastResponse,
      error,
    });
  }

  /** The time limit and its source, for messages. */
  private timeLimit(): string {
    return `${formatSeconds(this.endsAt - this.startedAt)}, ${this.limitedBy}`;
  }

  private timeLeftMs(): number {
    return Math.max(1, Math.ceil(this.endsAt - this.now()));
  }

  private now(): number {
    return this.pipeline.clock.now();
  }
}

/**
 * Whether to send a request again after a transient error: if it was certainly not carried out, or if repeating it has the same effect. GET and DELETE
 * are idempotent ([RFC 9110, section 9.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2)). A PATCH is not in general, but this API's PATCH
 * only sets fields to the values in it. A repeated POST could add log entries twice, or recreate a deleted integration.
 */
function mayRepeat({ method }: Operation, error: unknown): boolean {
  if (!(error instanceof PinterestError) || !error.isTransient) return false;
  return method !== "POST" || error.outcome !== "unknown";
}

function refusalText(error: PinterestApiError): string {
  const { apiMessage, requestId } = error;
  return responseText(error, [apiMessage]) + (requestId === undefined ? "" : `, request ID ${requestId}`);
}
