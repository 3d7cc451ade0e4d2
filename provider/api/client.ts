import { ignoreErrors, KeyedQueue } from "../base/async";
import { systemClock } from "../base/clock";
import { withRequestId } from "../base/message-text";
import { parseApiUrl } from "./address";
import type { CallOptions, PinterestClientOptions } from "./client-options";
import { isNotFound } from "./error-predicates";
import { PinterestApiError, PinterestError } from "./errors";
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
import { type OperationRequest, OperationRun, type Pipeline, retryPolicyOf } from "./pipeline";
import { RateQueue } from "./rate-queue";
import { RetryBudget, type RetryPolicy, type RetryWait, retryNotice } from "./retry";

/** The defaults of the options with a number. */
const defaults = { requestTimeoutMs: 30_000, operationTimeoutMs: 300_000, maxAttempts: 4 };

/**
 * A client of Pinterest's integrations API for one account. It keeps to the account's rate limits, so create one client per account. The clients of a
 * process share connections.
 *
 * Each method describes its request, and {@link OperationRun} sends it. The table of `operations` has the HTTP method and the rate category.
 *
 * Methods throw only {@link PinterestError}. Failed requests that may be repeated (`mayRepeat` in `pipeline.ts`) are repeated within the limits
 * of {@link RetryPolicy}.
 */
export class PinterestClient {
  private readonly pipeline: Pipeline;
  /** Whether `apiUrl` is the address of Pinterest's API. A response to {@link listIntegrations} shows it. */
  private address: "unknown" | "correct" | "wrong" = "unknown";

  /** @throws Error for an invalid `apiUrl`. */
  constructor({ apiUrl, limits, requestsPerMinute, ...options }: PinterestClientOptions) {
    const { clock = systemClock } = options;
    const onWait = ignoreErrors(options.onWait);
    // The options replace the values above them.
    this.pipeline = {
      ...defaults,
      retryBudget: new RetryBudget(),
      ...options,
      clock,
      address: parseApiUrl(apiUrl),
      rateQueue: new RateQueue(clock, requestsPerMinute),
      writes: new KeyedQueue(),
      ambientLimits: () => limits?.() ?? {},
      onWait,
      onOperation: ignoreErrors(options.onOperation),
      onRetry: (wait) => reportRetry(wait, onWait),
    };
  }

  /** The client's policy, to retry a task of several operations that starts now: `new Retries(client.retryPolicy)`. */
  get retryPolicy(): RetryPolicy {
    return retryPolicyOf(this.pipeline);
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
    this.address = "correct";
    return page;
  }

  /** Sends the request of a method, with its waits and retries, and reports the end of the operation. @throws PinterestError */
  private async send<T>(call: CallOptions | undefined, request: OperationRequest<T>): Promise<T> {
    const operation = new OperationRun(this.pipeline, request, call);
    try {
      const value = await operation.run();
      operation.report();
      return value;
    } catch (error) {
      if (!(error instanceof PinterestError)) throw error;
      if (isUnclear404(error) && (await this.hasCorrectAddress(call))) error.confirmMissing();
      operation.report(error);
      throw error;
    }
  }

  /** Whether `apiUrl` is the address of Pinterest's API. If that is unknown, requests the account's list, which that API always has. */
  private async hasCorrectAddress(call: CallOptions | undefined): Promise<boolean> {
    if (this.address === "unknown") {
      try {
        await this.listIntegrations({ pageSize: 1 }, call);
      } catch (error) {
        if (error instanceof PinterestApiError && error.status === 404) this.address = "wrong";
        // After another error, it is still unknown, and the next 404 requests the list again.
      }
    }
    return this.address === "correct";
  }
}

/** Reports a wait before a retry to the user. */
function reportRetry(wait: RetryWait, onWait: (message: string) => void): void {
  const { error } = wait;
  // The policy also serves tasks of several operations, which can fail with other errors.
  if (!(error instanceof PinterestError)) return;
  const notice = retryNotice(wait, error.doing, withRequestId(error.summary, error.requestId));
  if (notice !== undefined) onWait(notice);
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
