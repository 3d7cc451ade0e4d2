import { ignoreErrors, KeyedQueue } from "../base/async";
import { systemClock } from "../base/clock";
import { withRequestId } from "../base/message-text";
import { parseApiUrl } from "./address";
import type { CallOptions, PinterestClientOptions } from "./client-options";
import { isNotFound } from "./error-predicates";
import { type ErrorContext, PinterestApiError, PinterestError } from "./errors";
import type { IntegrationFields } from "./fields";
import {
  type Integration,
  type IntegrationPage,
  type IntegrationPatch,
  numberProblem,
  readDeletion,
  readIntegration,
  readPage,
  toWire,
  valuesOf,
} from "./integration";
import type { LogEntry } from "./logs/fields";
import { type LogReport, readLogsResponse, reportInBatches } from "./logs/report";
import { type OperationName, pathSegmentProblem } from "./operations";
import { type OperationRequest, OperationRun, type Pipeline, timeLimitMs } from "./pipeline";
import { RateQueue } from "./rate-queue";
import type { Redact } from "./redact";
import type { HttpResponse } from "./response-headers";
import { RetryBudget, type RetryPolicy, type RetryWait, retryNotice } from "./retry";

/** The request of one of the client's methods. */
interface ApiRequest<T> {
  readonly operation: OperationName;
  readonly externalBusinessId?: string;
  readonly integrationId?: string;
  /** The segments of the path, not encoded. */
  readonly path: readonly string[];
  readonly query?: URLSearchParams;
  readonly body?: object;
  /** The reason why the body cannot be sent. @default it can be sent */
  readonly problem?: string | undefined;
  /** Values in the body that must not be shown. */
  readonly hidden?: readonly string[] | undefined;
  /** Statuses of error responses that `read` interprets. */
  readonly alsoReads?: readonly number[];
  /** Converts the response to the result of the method. @throws UnexpectedResponse */
  readonly read: (response: HttpResponse, redact: Redact) => T;
}

/** The defaults of the options with a number. */
const defaults = { requestTimeoutMs: 30_000, operationTimeoutMs: 300_000, maxAttempts: 4 };

/**
 * A client of Pinterest's integrations API for one account. It keeps to the account's rate limits, so create one client per account. The clients of a
 * process share connections.
 *
 * Methods throw only {@link PinterestError}. Failed requests that may be repeated (`mayRepeat` in `pipeline.ts`) are repeated within the limits
 * of {@link RetryPolicy}.
 */
export class PinterestClient {
  private readonly options: PinterestClientOptions;
  /** The options and state that all operations of the client share. */
  private readonly pipeline: Pipeline;
  /** Whether `apiUrl` is the address of Pinterest's API. Undefined before the account's list was requested. */
  private isAddressCorrect: boolean | undefined;

  /** @throws Error for an invalid `apiUrl`. */
  constructor(options: PinterestClientOptions) {
    const clock = options.clock ?? systemClock;
    this.options = options;
    this.pipeline = {
      address: parseApiUrl(options.apiUrl),
      credentials: options.credentials,
      dispatcher: options.dispatcher,
      clock,
      requestTimeoutMs: options.requestTimeoutMs ?? defaults.requestTimeoutMs,
      policy: {
        maxAttempts: options.maxAttempts ?? defaults.maxAttempts,
        timeoutMs: options.operationTimeoutMs ?? defaults.operationTimeoutMs,
        budget: options.retryBudget ?? new RetryBudget(),
        clock,
        onRetry: (wait) => this.reportRetry(wait),
      },
      rateQueue: new RateQueue(clock, options.requestsPerMinute),
      writes: new KeyedQueue(),
      gate: options.gate,
      network: options.network,
      ambientLimits: () => options.limits?.() ?? {},
      onWait: ignoreErrors(options.onWait),
      onOperation: ignoreErrors(options.onOperation),
    };
  }

  /** The client's policy, to retry a task of several operations: `new Retries(client.retryPolicy)`. */
  get retryPolicy(): RetryPolicy {
    const limits = this.pipeline.ambientLimits();
    const timeoutMs = timeLimitMs(this.pipeline, limits);
    return { ...this.pipeline.policy, timeoutMs, signal: limits.signal };
  }

  /** Creates an integration. Pinterest probably updates an existing one of the account. The response contains no secret fields. */
  createCommerceIntegration(
    integration: IntegrationFields & { externalBusinessId: string },
    call?: CallOptions,
  ): Promise<Integration> {
    const { externalBusinessId } = integration;
    return this.send(call, {
      operation: "createCommerceIntegration",
      externalBusinessId,
      path: ["integrations", "commerce"],
      body: { external_business_id: externalBusinessId, ...toWire(integration) },
      problem: numberProblem(integration),
      hidden: valuesOf(integration),
      read: ({ text }) => readIntegration(text, "externalBusinessId", externalBusinessId),
    });
  }

  /** Reads an integration. The response contains no secret fields. */
  getCommerceIntegration(externalBusinessId: string, call?: CallOptions): Promise<Integration> {
    return this.send(call, {
      operation: "getCommerceIntegration",
      externalBusinessId,
      path: ["integrations", "commerce", externalBusinessId],
      read: ({ text }) => readIntegration(text, "externalBusinessId", externalBusinessId),
    });
  }

  /** Reads an integration. Undefined if it is missing. */
  async findCommerceIntegration(
    externalBusinessId: string,
    call?: CallOptions,
  ): Promise<Integration | undefined> {
    try {
      return await this.getCommerceIntegration(externalBusinessId, call);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /**
   * Changes the given fields of an integration. null asks Pinterest to clear a field. Read the integration to see whether it did, because that is not
   * documented. The response contains no secret fields.
   */
  updateCommerceIntegration(
    externalBusinessId: string,
    patch: IntegrationPatch,
    call?: CallOptions,
  ): Promise<Integration> {
    return this.send(call, {
      operation: "updateCommerceIntegration",
      externalBusinessId,
      path: ["integrations", "commerce", externalBusinessId],
      body: toWire(patch),
      problem: numberProblem(patch),
      hidden: valuesOf(patch),
      read: ({ text }) => readIntegration(text, "externalBusinessId", externalBusinessId),
    });
  }

  /** Deletes an integration. A missing integration is an error. @returns whether the response proves the deletion. */
  deleteCommerceIntegration(externalBusinessId: string, call?: CallOptions): Promise<boolean> {
    return this.send(call, {
      operation: "deleteCommerceIntegration",
      externalBusinessId,
      path: ["integrations", "commerce", externalBusinessId],
      read: ({ status, text }) => readDeletion(status, text, externalBusinessId),
    });
  }

  /**
   * Reads an integration by its integration ID. The response contains the secret fields that Pinterest returns.
   *
   * @param integrationId digits only, because the API has other operations at that place of the path.
   */
  getIntegration(integrationId: string, call?: CallOptions): Promise<Integration> {
    return this.send(call, {
      operation: "getIntegration",
      integrationId,
      path: ["integrations", integrationId],
      read: ({ text }) => readIntegration(text, "integrationId", integrationId),
    });
  }

  /**
   * Reports entries to Pinterest's integration log, in as many requests as necessary; see {@link LogReport}.
   *
   * @param call.hidden secret values in the entries.
   * @throws PinterestError if Pinterest certainly recorded nothing, for a reason that is not in the entries.
   */
  reportLogs(
    entries: readonly LogEntry[],
    call?: CallOptions & { readonly hidden?: readonly string[] },
  ): Promise<LogReport> {
    return reportInBatches(entries, (batch) =>
      this.send(call, {
        operation: "reportLogs",
        path: ["integrations", "logs"],
        body: { logs: batch.map(({ wire }) => wire) },
        hidden: call?.hidden,
        // A 400 names the rejected entries.
        alsoReads: [400],
        read: readLogsResponse,
      }),
    );
  }

  /**
   * Reads a page of the account's integrations. The records contain the secret fields that Pinterest returns.
   *
   * @param page.bookmark that of the previous page. @default the first page
   * @param page.pageSize 1 to 250. @default 25 (Pinterest's default)
   */
  async listIntegrations(
    { bookmark, pageSize }: { bookmark?: string | undefined; pageSize?: number | undefined } = {},
    call?: CallOptions,
  ): Promise<IntegrationPage> {
    const query = new URLSearchParams();
    if (bookmark !== undefined) query.set("bookmark", bookmark);
    if (pageSize !== undefined) query.set("page_size", String(pageSize));
    const page = await this.send(call, {
      operation: "listIntegrations",
      path: ["integrations"],
      query,
      read: ({ text }) => readPage(text),
    });
    this.isAddressCorrect = true;
    return page;
  }

  /** Sends the request of a method, with its waits and retries, and reports the end of the operation. @throws PinterestError */
  private async send<T>(call: CallOptions | undefined, request: ApiRequest<T>): Promise<T> {
    const operation = new OperationRun(this.pipeline, this.prepared(request), call);
    try {
      const value = await operation.run();
      operation.report();
      return value;
    } catch (error) {
      if (!(error instanceof PinterestError)) throw error;
      if (isUnclear404(error)) await this.confirmIfMissing(error, call);
      operation.report(error);
      throw error;
    }
  }

  /**
   * Marks an integration as missing if `apiUrl` is correct, which is so if the account's list can be read. A 404 of the list is not about one
   * integration, so then `apiUrl` is wrong. After another error, the next operation requests the list again.
   */
  private async confirmIfMissing(missing: PinterestApiError, call: CallOptions | undefined): Promise<void> {
    try {
      if (this.isAddressCorrect === undefined) await this.listIntegrations({ pageSize: 1 }, call);
    } catch (error) {
      if (error instanceof PinterestApiError && error.status === 404) this.isAddressCorrect = false;
    }
    if (this.isAddressCorrect) missing.confirmMissing();
  }

  /** @throws PinterestError for arguments that cannot be sent. */
  private prepared<T>(request: ApiRequest<T>): OperationRequest<T> {
    const { account, provider, credentials, commands } = this.options;
    const { operation, externalBusinessId, integrationId, body, hidden, alsoReads, read } = request;
    const context: ErrorContext = {
      operation,
      externalBusinessId,
      integrationId,
      account,
      // The engine can set the provider's name after the client is created.
      provider: provider?.(),
      tokenFrom: credentials.from,
      commands,
    };
    const summary = problemOf(request);
    if (summary !== undefined) {
      throw new PinterestError(context, { kind: "input", outcome: "never-sent", summary });
    }
    return { ...context, path: pathOf(request), body, hidden, alsoReads, read };
  }

  /** Reports a wait before a retry to the user. */
  private reportRetry(wait: RetryWait): void {
    const { error } = wait;
    // The policy also serves tasks of several operations, which can fail with other errors.
    if (!(error instanceof PinterestError)) return;
    const notice = retryNotice(wait, error.doing, withRequestId(error.summary, error.requestId));
    if (notice !== undefined) this.pipeline.onWait(notice);
  }
}

/** The reason why a request cannot be sent; undefined if it can be. */
function problemOf({ externalBusinessId, integrationId, problem }: ApiRequest<unknown>): string | undefined {
  // Also in a create, whose path does not contain the ID: no later operation could reach the integration.
  const idProblem = externalBusinessId === undefined ? undefined : pathSegmentProblem(externalBusinessId);
  if (idProblem !== undefined) return idProblem;
  if (integrationId !== undefined && !/^\d+$/.test(integrationId)) {
    return "the integration ID must consist of digits only. It differs from the external business ID";
  }
  return problem;
}

/** The path and query as sent: `["integrations", "commerce", "a/b"]` becomes `/integrations/commerce/a%2Fb`. */
function pathOf({ path, query }: ApiRequest<unknown>): string {
  const encoded = path.map((segment) => `/${encodeURIComponent(segment)}`).join("");
  return query === undefined || query.size === 0 ? encoded : `${encoded}?${query}`;
}

/**
 * Whether a 404 has two possible causes: the integration is missing, or `apiUrl` is not the address of Pinterest's API.
 *
 *     404 {"code": 4180, …}   clear: this code of Pinterest means that the integration is missing
 *     404 {"code": 1, …}      unclear: another code
 *     404 <html>…             clear: without a code, the response is not Pinterest's
 */
function isUnclear404(error: PinterestError): error is PinterestApiError {
  if (!(error instanceof PinterestApiError && error.isAboutOneIntegration)) return false;
  return error.status === 404 && error.code !== undefined && !error.missing;
}
