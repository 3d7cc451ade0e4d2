import { AsyncLocalStorage } from "node:async_hooks";
import { startDeadline, waitFor } from "../base/async";
import type { CallOptions, OperationEvent, RequestGate } from "./client-options";
import { CredentialsError, tokenTextProblem } from "./credentials";
import {
  apiError,
  canceledError,
  credentialsError,
  deadlineError,
  gateError,
  noteOf,
  rateLimitError,
  requestIdOf,
  responseError,
  TransportFailure,
  timeoutError,
  transportError,
} from "./error-mapping";
import { isAuthentication, isRateLimited, isUnclear404 } from "./error-predicates";
import { describeOperation, type ErrorContext, PinterestApiError, PinterestError } from "./errors";
import { listRequest } from "./integration";
import { type OperationRequest, pathOf, problemOf } from "./operation-request";
import { accessOf, type Operation, operations } from "./operations";
import { type Pipeline, type Plan, planOf } from "./pipeline";
import type { RequestEnd } from "./rate-limits";
import { NotAdmitted, type Release } from "./rate-queue";
import { createRedactor, type Redact } from "./redact";
import { responseText, UnexpectedResponse } from "./response-body";
import { type HttpResponse, readRateReport } from "./response-headers";
import { Retries } from "./retry";
import { send } from "./transport";

/** Least time for another attempt. With less, the attempt would time out and hide the error before it. */
const minAttemptMs = 100;

/** The last response to the operation; empty without one. */
type LastResponse = Pick<OperationEvent, "status" | "requestId" | "rate">;

/**
 * One operation, from the wait for earlier ones to its result. Each method calls the next:
 *
 *     sendInOrder            checks the arguments; a write then waits for earlier writes to the same integration
 *     sendInTurn             of a write: checks that time is left
 *     sendWithRenewal        retries transient errors, and gets another token once if Pinterest rejects the token
 *     sendWithinRateLimits   waits for the rate limits, and repeats after a 429
 *     sendOnce               gets the token, and interprets the response
 *     sendHttp               sends one request
 */
export class OperationRun<T> {
  private readonly operation: Operation;
  private readonly context: ErrorContext;
  private readonly isWrite: boolean;
  private readonly plan: Plan;
  /** Attempts to send a request, also those that got no token; without those that a gate did not permit. */
  private attempts = 0;
  private lastToken = "";
  private lastResponse: LastResponse = {};
  /** The errors of all attempts that failed, also those without a request. */
  private readonly failures: PinterestError[] = [];

  constructor(
    private readonly pipeline: Pipeline,
    private readonly request: OperationRequest<T>,
    private readonly call: CallOptions = {},
  ) {
    const { account, commands, credentials, provider } = pipeline;
    const { operation, externalBusinessId, integrationId } = request;
    this.operation = operations[operation];
    this.context = {
      operation,
      externalBusinessId,
      integrationId,
      account,
      // The engine can set the provider's name after the client is created.
      provider: provider?.(),
      tokenFrom: credentials.from,
      commands,
    };
    this.isWrite = this.operation.method !== "GET";
    this.plan = planOf(pipeline, call);
  }

  /** Runs the operation, and reports its end to `onOperation`. @throws PinterestError */
  async run(): Promise<T> {
    try {
      const result = await this.sendInOrder();
      if (!this.isWrite) this.pipeline.isApi = true;
      this.report();
      return result;
    } catch (thrown) {
      const error = this.conclude(this.errorOf(thrown));
      if (isUnclear404(error) && (await this.isApi())) error.confirmMissing();
      this.report(error);
      throw error;
    }
  }

  /**
   * Whether Pinterest's API is at `apiUrl`. If no response has shown it, reads the list, which every account has. After an error other than 404, the next
   * call reads it again.
   */
  private async isApi(): Promise<boolean> {
    const { pipeline, call } = this;
    if (pipeline.isApi === undefined) {
      const list = new OperationRun(pipeline, listRequest({ pageSize: 1 }), call);
      await list.run().catch((error) => {
        if (error instanceof PinterestApiError && error.status === 404) pipeline.isApi = false;
      });
    }
    return pipeline.isApi === true;
  }

  /** Checks the arguments, waits for earlier writes to the same integration, and sends the request. */
  private async sendInOrder(): Promise<T> {
    const { externalBusinessId } = this.request;
    const summary = problemOf(this.request);
    if (summary !== undefined) {
      throw new PinterestError(this.context, { kind: "input", outcome: "never-sent", summary });
    }
    if (!this.isWrite || externalBusinessId === undefined) return await this.sendWithRenewal();
    const { writes } = this.pipeline;
    return await writes.run(externalBusinessId, () => this.sendInTurn(), this.plan.signal);
  }

  /** Sends a write after the earlier ones to its integration. */
  private sendInTurn(): Promise<T> {
    if (this.now() >= this.plan.endsAt)
      throw this.timedOut("waiting for earlier writes of the same integration");
    return this.sendWithRenewal();
  }

  /** Sends the request, and again with another token if Pinterest rejects the token. Both use the same retries. */
  private async sendWithRenewal(): Promise<T> {
    const retries = new Retries({ ...this.plan, endsAt: this.plan.endsAt - minAttemptMs });
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
        end = { kind: "within limits", report: this.lastResponse.rate };
        return result;
      } catch (error) {
        if (!(error instanceof PinterestError)) throw error;
        end = this.endOf(error);
        this.failures.push(error);
        if (end.kind !== "rate-limited" || this.plan.maxAttempts === 1) throw error;
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
      throw error instanceof PinterestError ? error : gateError(this.context, error, gate.name);
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
    throw credentialsError(this.context, new CredentialsError(`it ${problem}`, remedy));
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
      throw error instanceof PinterestError ? error : credentialsError(this.context, error);
    }
  }

  private async sendHttp(token: string, redact: Redact): Promise<HttpResponse> {
    const { address, dispatcher, network, requestTimeoutMs } = this.pipeline;
    const { operation, body } = this.request;
    try {
      return await send({
        purpose: operation,
        address,
        path: pathOf(this.request),
        method: this.operation.method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: { type: "application/json", text: JSON.stringify(body) } }),
        redact,
        timeoutMs: Math.min(requestTimeoutMs, this.timeLeftMs()),
        signal: this.plan.signal,
        network,
        dispatcher,
      });
    } catch (error) {
      throw error instanceof TransportFailure ? transportError(this.context, error, address.origin) : error;
    }
  }

  /** @throws PinterestError for an error response, or one that the API description does not allow. */
  private interpret(response: HttpResponse, redact: Redact): T {
    const { credentials, clock } = this.pipeline;
    const isError = response.status > 299;
    if (isError && !this.request.alsoReads?.includes(response.status)) {
      throw apiError(this.context, response, { redact, now: clock.now(), tokenRemedy: credentials.remedy });
    }
    try {
      return this.request.read(response, redact);
    } catch (error) {
      throw error instanceof UnexpectedResponse
        ? responseError(this.context, response, error, redact)
        : error;
    }
  }

  /** Runs an action within the operation's time. @throws PinterestError if the time is over; otherwise, the action's error. */
  private async inTime<R>(during: string, action: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const deadline = startDeadline(this.timeLeftMs(), this.plan.signal);
    const { signal } = deadline;
    try {
      signal.throwIfAborted();
      return await waitFor(action(signal), signal);
    } catch (error) {
      throw signal.aborted ? deadlineError(this.context, deadline, during) : error;
    }
  }

  /** Waits until rate limits admit the request. @throws NotAdmitted */
  private admission(): Promise<Release> {
    const { rateQueue, onWait } = this.pipeline;
    const { order, endsAt, signal } = this.plan;
    return rateQueue.admit({
      category: accessOf(this.operation).category,
      order,
      endsAt: endsAt - (this.failures.length === 0 ? 0 : minAttemptMs),
      doing: describeOperation(this.context),
      signal,
      // The notice belongs to this operation, also if another one's timer sends it.
      onWait: AsyncLocalStorage.bind(onWait),
    });
  }

  private endOf(error: PinterestError): RequestEnd {
    const { rate: report } = this.lastResponse;
    if (isRateLimited(error)) {
      const { retryAfterMs } = error;
      const reason = refusalText(error);
      return { kind: "rate-limited", report, retryAfterMs, reason, delaysOthers: this.plan.delaysOthers };
    }
    switch (error.outcome) {
      case "never-sent":
        return { kind: "not sent" };
      case "refused":
        // A 429 for spam shows nothing about the limits.
        return { kind: error.status === 429 ? "failed" : "within limits", report };
      case "unknown":
        return { kind: "failed", report };
    }
  }

  /** Adds the attempts, waits and time limits of the whole operation to its error. */
  private conclude(error: PinterestError): PinterestError {
    const now = this.now();
    return error.conclude({
      attempts: this.attempts,
      durationMs: now - this.plan.startedAt,
      hasUnknownOutcome: this.isWrite && this.failures.some(({ outcome }) => outcome === "unknown"),
      note: noteOf(error, this.plan, now),
    });
  }

  private errorOf(thrown: unknown): PinterestError {
    if (thrown instanceof PinterestError) return thrown;
    if (thrown instanceof NotAdmitted) {
      // The error of an earlier request contains more information. It is final only here, because `Retries` would retry it.
      const earlier = this.failures.at(-1);
      if (earlier !== undefined) return earlier;
      if (thrown.block === undefined) return this.timedOut("waiting for a rate limit");
      return rateLimitError(this.context, thrown.block, this.plan, this.now());
    }
    if (!this.plan.signal.aborted) throw thrown;
    return canceledError(this.context, "waiting to send the request");
  }

  private timedOut(during: string): PinterestError {
    const { startedAt, endsAt } = this.plan;
    return timeoutError(this.context, endsAt - startedAt, during);
  }

  private report(error?: PinterestError): void {
    const { operation, externalBusinessId } = this.request;
    const { account, address, onOperation } = this.pipeline;
    const { startedAt } = this.plan;
    onOperation({
      operation,
      externalBusinessId,
      account,
      method: this.operation.method,
      host: address.host,
      path: address.basePath + pathOf(this.request),
      startedAt,
      durationMs: this.now() - startedAt,
      attempts: this.attempts,
      ...this.lastResponse,
      error,
    });
  }

  private timeLeftMs(): number {
    return Math.max(1, Math.ceil(this.plan.endsAt - this.now()));
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
