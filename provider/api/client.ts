import { defined } from "../base/bag";
import type { CallOptions, PinterestClientOptions } from "./client-options";
import { isNotFound } from "./error-predicates";
import { PinterestApiError } from "./errors";
import type { IntegrationFields } from "./fields";
import {
  type Integration,
  type IntegrationPage,
  type IntegrationPatch,
  readDeletion,
  readIntegration,
  readPage,
  writeRequest,
} from "./integration";
import type { LogEntry } from "./logs/fields";
import { type LogReport, readLogsResponse, reportInBatches } from "./logs/report";
import { type OperationRequest, OperationRun, openPipeline, type Pipeline, planOf } from "./pipeline";
import { Retries } from "./retry";

/**
 * A client of Pinterest's integrations API for one account. It keeps to the account's rate limits, so create one client per account. The clients of a
 * process share connections.
 *
 * Each method describes its request. {@link OperationRun} sends it to the path in the table of `operations`, waits for rate limits, and retries.
 *
 * Methods throw only `PinterestError`.
 */
export class PinterestClient {
  private readonly pipeline: Pipeline;
  /** Whether `apiUrl` has the account's list, which Pinterest's API always has. Undefined until a response shows it. */
  private hasList: boolean | undefined;

  /** @throws Error for an invalid `apiUrl`. */
  constructor(options: PinterestClientOptions) {
    // The pipeline asks after a 404 that does not show whether the integration is missing or the address is wrong.
    this.pipeline = openPipeline(options, (call) => this.isApi(call));
  }

  /** The retries of a task of several operations that starts now. */
  retries(): Retries {
    return new Retries(planOf(this.pipeline));
  }

  /** Creates an integration. Pinterest probably updates an existing one of the account. The response contains no secret fields. */
  createCommerceIntegration(
    integration: IntegrationFields & { externalBusinessId: string },
    call?: CallOptions,
  ): Promise<Integration> {
    const { externalBusinessId } = integration;
    const request = writeRequest(integration);
    return this.send(call, {
      operation: "createCommerceIntegration",
      ...request,
      body: { external_business_id: externalBusinessId, ...request.body },
      read: ({ text }) => readIntegration(text, { externalBusinessId }),
    });
  }

  /** Reads an integration. The response contains no secret fields. */
  getCommerceIntegration(externalBusinessId: string, call?: CallOptions): Promise<Integration> {
    return this.send(call, {
      operation: "getCommerceIntegration",
      externalBusinessId,
      read: ({ text }) => readIntegration(text, { externalBusinessId }),
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
      ...writeRequest({ ...patch, externalBusinessId }),
      read: ({ text }) => readIntegration(text, { externalBusinessId }),
    });
  }

  /** Deletes an integration. A missing integration is an error. @returns whether the response proves the deletion. */
  deleteCommerceIntegration(externalBusinessId: string, call?: CallOptions): Promise<boolean> {
    return this.send(call, {
      operation: "deleteCommerceIntegration",
      externalBusinessId,
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
      read: ({ text }) => readIntegration(text, { integrationId }),
    });
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
    const page = await this.send(call, {
      operation: "listIntegrations",
      query: defined({ bookmark, page_size: pageSize?.toString() }),
      read: ({ text }) => readPage(text),
    });
    this.hasList = true;
    return page;
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
        body: { logs: batch.map(({ wire }) => wire) },
        hidden: call?.hidden,
        // A 400 names the rejected entries.
        alsoReads: [400],
        read: readLogsResponse,
      }),
    );
  }

  private send<T>(call: CallOptions | undefined, request: OperationRequest<T>): Promise<T> {
    return new OperationRun(this.pipeline, request, call).run();
  }

  /**
   * Whether Pinterest's API is at `apiUrl`. Requests the account's list if no response has shown it. After an error other than 404, the next call
   * requests the list again.
   */
  private async isApi(call: CallOptions): Promise<boolean> {
    if (this.hasList === undefined) {
      await this.listIntegrations({ pageSize: 1 }, call).catch((error) => {
        if (error instanceof PinterestApiError && error.status === 404) this.hasList = false;
      });
    }
    return this.hasList === true;
  }
}
