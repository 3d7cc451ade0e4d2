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

/**
 * A client of Pinterest's integrations API for one account. It keeps to the account's rate limits, so create one client per account. The clients of a
 * process share connections.
 *
 * Methods throw only {@link PinterestError}. Failed requests are repeated according to {@link RetryPolicy}.
 */
export class PinterestClient {
  private readonly account: string | undefined;
  private readonly provider: (() => string | undefined) | undefined;
  private readonly commands: PinterestClientOptions["commands"];
  private readonly pipeline: Pipeline;
  /** Whether the API answers the account's list; undefined as long as that is unknown. */
  private answersList: Promise<boolean> | undefined;

  /** @throws Error for an invalid `apiUrl`. */
  constructor(options: PinterestClientOptions) {
    const { clock = systemClock, retryBudget = new RetryBudget(), onWait, onOperation, limits } = options;
    const notify = ignoreErrors(onWait);
    this.account = options.account;
    this.provider = options.provider;
    this.commands = options.commands;
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
          if (!(error instanceof PinterestError)) return;
          retryNotice(wait, error.doing, withRequestId(error.summary, error.requestId), notify);
        },
      },
      rateQueue: new RateQueue(clock, options.requestsPerMinute),
      writes: new KeyedQueue(),
      gate: options.gate,
      network: options.network,
      ambientLimits: () => limits?.() ?? {},
      onWait: notify,
      onOperation: ignoreErrors(onOperation),
    };
  }

  /** The client's policy, to retry a task of several operations: `new Retries(client.retryPolicy)`. */
  get retryPolicy(): RetryPolicy {
    const ambient = this.pipeline.ambientLimits();
    const timeoutMs = timeLimitMs(this.pipeline, ambient);
    return { ...this.pipeline.policy, timeoutMs, signal: ambient.signal };
  }

  /** Creates an integration. Pinterest probably updates an existing one of the account. The response contains no secret fields. */
  createCommerceIntegration(
    integration: IntegrationFields & { externalBusinessId: string },
    call?: CallOptions,
  ): Promise<Integration> {
    const { externalBusinessId } = integration;
    return this.perform(call, {
      operation: "createCommerceIntegration",
      externalBusinessId,
      path: ["integrations", "commerce"],
      body: { external_business_id: externalBusinessId },
      fields: integration,
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
      fields: patch,
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
    return reportLogs(entries, (batch) =>
      this.perform(call, {
        operation: "reportLogs",
        path: ["integrations", "logs"],
        body: { logs: batch.map(({ wire }) => wire) },
        hidden: call?.hidden,
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
    this.answersList = Promise.resolve(true);
    return page;
  }

  private async perform<T>(call: CallOptions | undefined, request: ApiRequest<T>): Promise<T> {
    const run = new OperationRun(this.pipeline, this.prepare(request), call);
    try {
      const value = await run.perform();
      run.report();
      return value;
    } catch (error) {
      if (!(error instanceof PinterestError)) throw error;
      if (isUnclear404(error) && (await this.apiAnswersList(call))) error.confirmMissing();
      run.report(error);
      throw error;
    }
  }

  /** @throws PinterestError for values that cannot be sent. */
  private prepare<T>(request: ApiRequest<T>): OperationRequest<T> {
    const { path, query, body, fields, hidden, ...about } = request;
    const tokenFrom = this.pipeline.credentials.from;
    const commands = this.commands;
    const context = { ...about, account: this.account, provider: this.provider?.(), tokenFrom, commands };
    try {
      checkIds(request);
      const segments = path.map((segment) => `/${encodeURIComponent(segment)}`).join("");
      return {
        ...context,
        path: query === undefined || query.size === 0 ? segments : `${segments}?${query}`,
        ...(fields === undefined
          ? { ...(body === undefined ? {} : { body }), hidden }
          : { body: { ...body, ...toWire(fields) }, hidden: valuesOf(fields) }),
      };
    } catch (error) {
      const summary = (error as Error).message;
      throw new PinterestError(context, { kind: "input", outcome: "never-sent", summary });
    }
  }

  /**
   * Whether the API answers the account's list, so that a 404 does not come from a wrong `apiUrl`. Requests the list once, and again only after a
   * failure other than a 404.
   */
  private apiAnswersList(call: CallOptions | undefined): Promise<boolean> {
    this.answersList ??= this.listIntegrations({ pageSize: 1 }, call).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof PinterestApiError && error.status === 404)) this.answersList = undefined;
        return false;
      },
    );
    return this.answersList;
  }
}

/** A request of a method. */
interface ApiRequest<T>
  extends Pick<ErrorContext, "operation" | "externalBusinessId" | "integrationId">,
    Pick<OperationRequest<T>, "body" | "hidden" | "alsoReads" | "read"> {
  /** The segments of the path, which are encoded when it is sent. */
  readonly path: readonly string[];
  readonly query?: URLSearchParams;
  /** Fields of an integration, which are added to the body, and whose values are hidden. */
  readonly fields?: IntegrationPatch;
}

/** @throws RangeError for an ID that cannot be in a path, also in a create, which would make the integration unreachable. */
function checkIds({ externalBusinessId, integrationId }: ApiRequest<unknown>): void {
  const problem = externalBusinessId === undefined ? undefined : pathSegmentProblem(externalBusinessId);
  if (problem !== undefined) throw new RangeError(problem);
  if (integrationId !== undefined && !/^\d+$/.test(integrationId)) {
    throw new RangeError(
      "the integration ID must consist of digits only. It differs from the external business ID",
    );
  }
}

/** Whether an error is a 404 that does not prove that the integration is missing. */
function isUnclear404(error: PinterestError): error is PinterestApiError {
  if (!(error instanceof PinterestApiError) || error.status !== 404) return false;
  return error.isAboutOneIntegration && error.code !== undefined && !error.missing;
}
