import { integrationNumber, parseApiUrl, pathSegment } from "./address";
import { type AmbientLimits, anySignal } from "./ambient-limits";
import {
  type IntegrationPage,
  readDeletion,
  readIntegration,
  readNumberedIntegration,
  readPage,
} from "./answers";
import type { Connection, OperationRequest } from "./attempt";
import { type CallOptions, defaultRequestTimeoutMs, type PinterestClientOptions } from "./client-options";
import { systemClock } from "./clock";
import { checkedTimeout } from "./deadline";
import { environmentSink } from "./debug";
import type { ErrorContext } from "./error-message";
import { PinterestApiError, PinterestInputError } from "./errors";
import type { IntegrationFields } from "./fields";
import { type Integration, type IntegrationPatch, toWire, valuesOf } from "./integration";
import { KeyedQueue } from "./keyed-queue";
import { harmless } from "./listener";
import type { LogEntry, LogReport } from "./logs";
import { readLogsAnswer } from "./logs/answer";
import { reportLogs } from "./logs/report";
import { perform } from "./perform";
import { PinterestError } from "./pinterest-error";
import type { CallLimits, Pipeline } from "./progress";
import { RateBudget } from "./rate/budget";
import { Redaction } from "./redaction";
import { retryBucketOf } from "./retry/buckets";
import {
  checkedAttempts,
  defaultMaxAttempts,
  defaultOperationTimeoutMs,
  type RetryPolicy,
} from "./retry/retrying";
import { waitNotice } from "./retry/wait-notice";
import { userAgent } from "./version";

/**
 * A client of Pinterest's integrations API, for one account. Clients are cheap: those of a process share connections. Each keeps
 * to the rate limits by itself, so an account should have one only.
 *
 * Every method throws a {@link PinterestError} and nothing else. What may be sent twice is repeated when it fails in a way
 * that may pass: everything but a POST of which nobody knows what became.
 */
export class PinterestClient {
  readonly #account: Pick<ErrorContext, "account">;
  readonly #pipeline: Pipeline;
  readonly #timeoutMs: number;
  readonly #policy: Required<RetryPolicy>;
  readonly #limits: () => AmbientLimits;
  /** Whether a list was answered; undefined if none was requested. */
  #listAnswered: Promise<boolean> | undefined;

  /** @throws TypeError for an apiUrl that is not allowed, RangeError for a timeout or a number of attempts that is none. */
  constructor(options: PinterestClientOptions) {
    const address = parseApiUrl(options.apiUrl);
    const clock = options.clock ?? systemClock;
    const { requestsPerMinute, onOperation, onAnswer } = options;
    const connection: Connection = {
      address,
      credentials: options.credentials,
      userAgent: options.userAgent ?? userAgent(),
      dispatcher: options.dispatcher,
      debug: options.debug ?? environmentSink(),
      clock,
      redaction: new Redaction(),
      onAnswer: onAnswer === undefined ? undefined : harmless(onAnswer),
    };
    const onWait = harmless(options.onWait ?? (() => {}));
    this.#policy = {
      maxAttempts: checkedAttempts(options.maxAttempts ?? defaultMaxAttempts),
      timeoutMs: checkedTimeout(options.operationTimeoutMs ?? defaultOperationTimeoutMs),
      bucket: retryBucketOf(address.origin, clock),
      clock,
      onWait: (wait) => {
        const { error } = wait;
        const notice = error instanceof PinterestError ? waitNotice(error.doing, wait) : undefined;
        if (notice !== undefined) onWait(notice);
      },
    };
    const budget = new RateBudget(clock);
    if (requestsPerMinute !== undefined) budget.limits.limitPerMinute(requestsPerMinute);
    this.#pipeline = {
      connection,
      budget,
      writes: new KeyedQueue(),
      policy: this.#policy,
      gate: options.gate,
      onWait,
      onOperation: onOperation === undefined ? undefined : harmless(onOperation),
    };
    this.#account = options.account === undefined ? {} : { account: options.account };
    this.#timeoutMs = checkedTimeout(options.requestTimeoutMs ?? defaultRequestTimeoutMs);
    this.#limits = () => options.limits?.() ?? {};
  }

  /** How this client repeats requests, for what is made of several: `retrying(action, client.retryPolicy)`. */
  get retryPolicy(): Required<RetryPolicy> & { readonly signal?: AbortSignal } {
    const limits = this.#limits();
    const { signal } = limits;
    return {
      ...this.#policy,
      timeoutMs: this.#operationTimeoutMs(limits),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  /**
   * Creates an integration. By all evidence Pinterest overwrites one that exists already, if it belongs to the account.
   * The answer shows no secret field.
   */
  createCommerceIntegration(
    integration: IntegrationFields & { externalBusinessId: string },
    call?: CallOptions,
  ): Promise<Integration> {
    const { externalBusinessId } = integration;
    const context = { operation: "createCommerceIntegration", externalBusinessId } as const;
    return this.#perform(context, call, () => {
      // The body could carry an id that no path can, and nobody could reach the integration again.
      pathSegment(externalBusinessId);
      return {
        path: "/integrations/commerce",
        body: { external_business_id: externalBusinessId, ...toWire(integration) },
        hidden: valuesOf(integration),
        read: ({ text }) => readIntegration(text, externalBusinessId),
      };
    });
  }

  /** Reads an integration. The answer shows no secret field. */
  getCommerceIntegration(externalBusinessId: string, call?: CallOptions): Promise<Integration> {
    const context = { operation: "getCommerceIntegration", externalBusinessId } as const;
    return this.#perform(context, call, () => ({
      path: commercePath(externalBusinessId),
      hidden: [],
      read: ({ text }) => readIntegration(text, externalBusinessId),
    }));
  }

  /**
   * Changes the given fields of an integration and no others. null asks Pinterest to clear a field; whether it does so is
   * not documented, so that only a read tells. The answer shows no secret field.
   */
  updateCommerceIntegration(
    externalBusinessId: string,
    patch: IntegrationPatch,
    call?: CallOptions,
  ): Promise<Integration> {
    const context = { operation: "updateCommerceIntegration", externalBusinessId } as const;
    return this.#perform(context, call, () => ({
      path: commercePath(externalBusinessId),
      body: toWire(patch),
      hidden: valuesOf(patch),
      read: ({ text }) => readIntegration(text, externalBusinessId),
    }));
  }

  /** Deletes an integration. That there is none is an error like any other here. */
  deleteCommerceIntegration(externalBusinessId: string, call?: CallOptions): Promise<void> {
    const context = { operation: "deleteCommerceIntegration", externalBusinessId } as const;
    return this.#perform(context, call, () => ({
      path: commercePath(externalBusinessId),
      hidden: [],
      read: ({ status, text }) => readDeletion(status, text, externalBusinessId),
    }));
  }

  /**
   * Reads an integration by Pinterest's own number of it. The answer shows the secret fields where Pinterest shows them.
   *
   * @param integrationId digits only; anything else is refused unsent, since the path has other operations beside it.
   */
  getIntegration(integrationId: string, call?: CallOptions): Promise<Integration> {
    const context = { operation: "getIntegration", integrationId } as const;
    return this.#perform(context, call, () => ({
      path: `/integrations/${integrationNumber(integrationId)}`,
      hidden: [],
      read: ({ text }) => readNumberedIntegration(text, integrationId),
    }));
  }

  /**
   * Reports entries to Pinterest's log of integrations, in as many requests as it takes; see {@link LogReport}.
   *
   * @param call.hidden values of the entries that must not be shown.
   * @throws PinterestError when Pinterest has surely recorded nothing, for a reason that is not in the entries.
   */
  reportLogs(
    entries: readonly LogEntry[],
    call?: CallOptions & { readonly hidden?: readonly string[] },
  ): Promise<LogReport> {
    return reportLogs(entries, (batch) =>
      this.#perform({ operation: "reportLogs" }, call, () => ({
        path: "/integrations/logs",
        body: { logs: batch.map(({ wire }) => wire) },
        hidden: call?.hidden ?? [],
        alsoReads: [400],
        read: readLogsAnswer,
      })),
    );
  }

  /**
   * Reads one page of the account's integrations. The records carry the secret fields where Pinterest shows them.
   *
   * @param page.bookmark where the page begins: what the page before gave. @default the beginning
   * @param page.pageSize 1 to 250. @default 25, by Pinterest
   */
  listIntegrations(
    page: { bookmark?: string; pageSize?: number } = {},
    call?: CallOptions,
  ): Promise<IntegrationPage> {
    return this.#perform({ operation: "listIntegrations" }, call, () => ({
      path: `/integrations${listQuery(page)}`,
      hidden: [],
      read: ({ text }) => readPage(text),
    }));
  }

  async #perform<T>(
    about: Omit<ErrorContext, "account">,
    call: CallOptions | undefined,
    build: () => Omit<OperationRequest<T>, keyof ErrorContext>,
  ): Promise<T> {
    const context: ErrorContext = { ...about, ...this.#account };
    const aside = call?.aside === true;
    // What goes on beside the others outlives what it was begun in.
    const ambient = aside ? {} : this.#limits();
    let request: OperationRequest<T>;
    let limits: CallLimits;
    try {
      request = { ...context, ...build() };
      limits = {
        requestTimeoutMs: checkedTimeout(call?.timeoutMs ?? this.#timeoutMs),
        operationTimeoutMs: checkedTimeout(call?.operationTimeoutMs ?? this.#operationTimeoutMs(ambient)),
        operationTimeoutOf: ambient.setBy ?? "pinterest:operationTimeout",
        signal: anySignal(call?.signal, ambient.signal),
        aside,
      };
    } catch (error) {
      throw new PinterestInputError(context, (error as Error).message);
    }
    try {
      const answer = await perform(this.#pipeline, request, limits);
      if (about.operation === "listIntegrations") this.#listAnswered = Promise.resolve(true);
      return answer;
    } catch (error) {
      if (!(error instanceof PinterestApiError) || error.status !== 404) throw error;
      const isUnclear = error.isAboutOneIntegration && error.code !== undefined && !error.missing;
      if (isUnclear && (await this.#apiAnswersList(call))) error.confirmMissing();
      throw error;
    }
  }

  /** Whether the API answers the account's list, so that a 404 does not come from a wrong `apiUrl`. Requests the list once, and again only after a failure other than a 404. */
  #apiAnswersList(call: CallOptions | undefined): Promise<boolean> {
    this.#listAnswered ??= this.listIntegrations({ pageSize: 1 }, call).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof PinterestApiError && error.status === 404)) this.#listAnswered = undefined;
        return false;
      },
    );
    return this.#listAnswered;
  }

  #operationTimeoutMs({ endsAt }: AmbientLimits): number {
    return endsAt === undefined ? this.#policy.timeoutMs : Math.max(1, endsAt - this.#policy.clock.now());
  }
}

function commercePath(externalBusinessId: string): string {
  return `/integrations/commerce/${pathSegment(externalBusinessId)}`;
}

function listQuery({ bookmark, pageSize }: { bookmark?: string; pageSize?: number }): string {
  const query = new URLSearchParams();
  if (bookmark !== undefined) query.set("bookmark", bookmark);
  if (pageSize !== undefined) query.set("page_size", String(pageSize));
  return query.size === 0 ? "" : `?${query}`;
}
