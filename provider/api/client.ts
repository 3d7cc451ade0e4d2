import { ignoreErrors, KeyedQueue } from "../base/async";
import { systemClock } from "../base/clock";
import { withRequestId } from "../base/message-text";
import { parseApiUrl } from "./address";
import type { CallOptions, PinterestClientOptions } from "./client-options";
import { type ErrorContext, isNotFound, PinterestApiError, PinterestError } from "./errors";
import type { IntegrationFields } from "./fields";
import {
  type Integration,
  type IntegrationPage,
  type IntegrationPatch,
  readDeletion,
  readIntegration,
  readPage,
  toWire,
  valuesOf,
} from "./integration";
import type { LogEntry } from "./logs/fields";
import { type LogReport, readLogsResponse, reportLogs } from "./logs/report";
import { pathSegmentProblem } from "./operations";
import { type OperationRequest, OperationRun, type Pipeline, timeLimitMs } from "./pipeline";
import { RateQueue } from "./rate-queue";
import { RetryBudget, type RetryPolicy, retryNotice } from "./retry";

type NewIntegration = IntegrationFields & { externalBusinessId: string };

/** The body of a request, before its conversion to JSON. Log entries are in the form of the API. */
type RequestBody =
  | { readonly kind: "new integration"; readonly integration: NewIntegration }
  | { readonly kind: "changed fields"; readonly fields: IntegrationPatch }
  | { readonly kind: "log entries"; readonly entries: object[]; readonly secretValues: readonly string[] };

/** The request of one of the client's methods. */
interface ApiRequest<T>
  extends Pick<ErrorContext, "operation" | "externalBusinessId" | "integrationId">,
    Pick<OperationRequest<T>, "alsoReads" | "read"> {
  /** The segments of the path, not encoded. */
  readonly path: readonly string[];
  readonly query?: URLSearchParams;
  /** @default no body */
  readonly body?: RequestBody;
}

/**
 * Whether Pinterest's API is at `apiUrl`, according to a request for the account's list: "present" if Pinterest answered it, "absent" after a 404,
 * "unknown" after another failure, such as a 503.
 */
type ApiPresence = "present" | "absent" | "unknown";

/**
 * A client of Pinterest's integrations API for one account. It keeps to the account's rate limits, so create one client per account. The clients of a
 * process share connections.
 *
 * Methods throw only {@link PinterestError}. Failed requests are repeated according to {@link RetryPolicy}.
 */
export class PinterestClient {
  /** The options that messages need. */
  private readonly names: Pick<PinterestClientOptions, "account" | "provider" | "commands">;
  private readonly pipeline: Pipeline;
  /** The last check, or the one in progress. Undefined before the first one, and after one without a result. */
  private apiCheck: Promise<ApiPresence> | undefined;

  /** @throws Error for an invalid `apiUrl`. */
  constructor(options: PinterestClientOptions) {
    const { account, provider, commands, clock = systemClock, retryBudget = new RetryBudget() } = options;
    const notify = ignoreErrors(options.onWait);
    this.names = { account, provider, commands };
    this.pipeline = {
      address: parseApiUrl(options.apiUrl),
      credentials: options.credentials,
      dispatcher: options.dispatcher,
      clock,
      requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
      policy: {
        maxAttempts: options.maxAttempts ?? 4,
        timeoutMs: options.operationTimeoutMs ?? 300_000,
        budget: retryBudget,
        clock,
        onWait: (wait) => {
          const { error } = wait;
          // The policy also serves tasks of several operations, which can fail with other errors.
          if (!(error instanceof PinterestError)) return;
          retryNotice(wait, error.doing, withRequestId(error.summary, error.requestId), notify);
        },
      },
      rateQueue: new RateQueue(clock, options.requestsPerMinute),
      writes: new KeyedQueue(),
      gate: options.gate,
      network: options.network,
      // The limits of the task that an operation is part of, such as a call of the engine. Outside of a task, there are none.
      ambientLimits: () => options.limits?.() ?? {},
      onWait: notify,
      onOperation: ignoreErrors(options.onOperation),
    };
  }

  /** The client's policy, to retry a task of several operations: `new Retries(client.retryPolicy)`. */
  get retryPolicy(): RetryPolicy {
    const taskLimits = this.pipeline.ambientLimits();
    const timeoutMs = timeLimitMs(this.pipeline, taskLimits);
    return { ...this.pipeline.policy, timeoutMs, signal: taskLimits.signal };
  }

  /** Creates an integration. Pinterest probably updates an existing one of the account. The response contains no secret fields. */
  createCommerceIntegration(integration: NewIntegration, call?: CallOptions): Promise<Integration> {
    const { externalBusinessId } = integration;
    return this.perform(call, {
      operation: "createCommerceIntegration",
      externalBusinessId,
      path: ["integrations", "commerce"],
      body: { kind: "new integration", integration },
      read: ({ text }) => readIntegration(text, "externalBusinessId", externalBusinessId),
    });
  }

  /** Reads an integration. The response contains no secret fields. */
  getCommerceIntegration(externalBusinessId: string, call?: CallOptions): Promise<Integration> {
    return this.perform(call, {
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
    return this.perform(call, {
      operation: "updateCommerceIntegration",
      externalBusinessId,
      path: ["integrations", "commerce", externalBusinessId],
      body: { kind: "changed fields", fields: patch },
      read: ({ text }) => readIntegration(text, "externalBusinessId", externalBusinessId),
    });
  }

  /** Deletes an integration. A missing integration is an error. @returns whether the response proves the deletion. */
  deleteCommerceIntegration(externalBusinessId: string, call?: CallOptions): Promise<boolean> {
    return this.perform(call, {
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
    return this.perform(call, {
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
    const secretValues = call?.hidden ?? [];
    return reportLogs(entries, (batch) =>
      this.perform(call, {
        operation: "reportLogs",
        path: ["integrations", "logs"],
        body: { kind: "log entries", entries: batch.map(({ wire }) => wire), secretValues },
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
    const page = await this.perform(call, {
      operation: "listIntegrations",
      path: ["integrations"],
      query,
      read: ({ text }) => readPage(text),
    });
    this.apiCheck = Promise.resolve("present");
    return page;
  }

  /** Sends the request of a method, with retries and waits. @throws PinterestError */
  private async perform<T>(call: CallOptions | undefined, request: ApiRequest<T>): Promise<T> {
    const run = new OperationRun(this.pipeline, this.prepare(request), call);
    try {
      const value = await run.perform();
      run.report();
      return value;
    } catch (error) {
      if (!(error instanceof PinterestError)) throw error;
      if (isUnclear404(error)) await this.clarify(error, call);
      run.report(error);
      throw error;
    }
  }

  /** @throws PinterestError for values that cannot be sent. */
  private prepare<T>(request: ApiRequest<T>): OperationRequest<T> {
    const { account, provider, commands } = this.names;
    const context: ErrorContext = {
      operation: request.operation,
      externalBusinessId: request.externalBusinessId,
      integrationId: request.integrationId,
      account,
      // The engine can set the provider's name after the client is created.
      provider: provider?.(),
      tokenFrom: this.pipeline.credentials.from,
      commands,
    };
    try {
      checkIds(request);
      return {
        ...context,
        path: pathOf(request),
        ...payloadOf(request.body),
        alsoReads: request.alsoReads,
        read: request.read,
      };
    } catch (error) {
      // An ID or a value that cannot be sent is a RangeError. Any other error is a bug.
      if (!(error instanceof RangeError)) throw error;
      throw new PinterestError(context, { kind: "input", outcome: "never-sent", summary: error.message });
    }
  }

  /** Marks the integration of an unclear 404 as missing if Pinterest's API is at `apiUrl`. */
  private async clarify(error: PinterestApiError, call: CallOptions | undefined): Promise<void> {
    // Operations that fail at the same time share one check.
    this.apiCheck ??= this.checkApi(call);
    const presence = await this.apiCheck;
    if (presence === "present") error.confirmMissing();
    // Without a result, the next unclear 404 starts another check.
    if (presence === "unknown") this.apiCheck = undefined;
  }

  /** Requests one entry of the account's list. A 404 of the list is not about one integration, so it does not start another check. */
  private async checkApi(call: CallOptions | undefined): Promise<ApiPresence> {
    try {
      await this.listIntegrations({ pageSize: 1 }, call);
      return "present";
    } catch (error) {
      return error instanceof PinterestApiError && error.status === 404 ? "absent" : "unknown";
    }
  }
}

/** @throws RangeError for an ID that cannot be in a path, also in a create, which would make the integration unreachable. */
function checkIds({ externalBusinessId, integrationId }: ApiRequest<unknown>): void {
  if (externalBusinessId !== undefined) {
    const problem = pathSegmentProblem(externalBusinessId);
    if (problem !== undefined) throw new RangeError(problem);
  }
  if (integrationId !== undefined && !/^\d+$/.test(integrationId)) {
    throw new RangeError(
      "the integration ID must consist of digits only. It differs from the external business ID",
    );
  }
}

/** The path and query as sent: `["integrations", "commerce", "a/b"]` becomes `/integrations/commerce/a%2Fb`. */
function pathOf({ path, query }: ApiRequest<unknown>): string {
  const encoded = path.map((segment) => `/${encodeURIComponent(segment)}`).join("");
  return query === undefined || query.size === 0 ? encoded : `${encoded}?${query}`;
}

/** The body in the form of the API, and the values in it that must stay hidden. @throws RangeError for a number that JSON cannot represent. */
function payloadOf(body: RequestBody | undefined): Pick<OperationRequest<unknown>, "body" | "hidden"> {
  switch (body?.kind) {
    case undefined:
      return {};
    case "new integration":
      return {
        body: { external_business_id: body.integration.externalBusinessId, ...toWire(body.integration) },
        hidden: valuesOf(body.integration),
      };
    case "changed fields":
      return { body: toWire(body.fields), hidden: valuesOf(body.fields) };
    case "log entries":
      return { body: { logs: body.entries }, hidden: body.secretValues };
  }
}

/**
 * Whether a 404 has two possible causes: the integration is missing, or `apiUrl` is not the address of Pinterest's API.
 *
 *     404 {"code": 4180, …}   clear: this code of Pinterest means that the integration is missing
 *     404 {"code": 1, …}      unclear: another code
 *     404 <html>…             clear: without a code, the response is not Pinterest's
 */
function isUnclear404(error: PinterestError): error is PinterestApiError {
  if (!(error instanceof PinterestApiError) || error.status !== 404) return false;
  const hasOtherCode = error.code !== undefined && !error.missing;
  return hasOtherCode && error.isAboutOneIntegration;
}
