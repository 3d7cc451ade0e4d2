import type { CallOptions, PinterestClientOptions } from "./client-options";
import { isNotFound } from "./error-predicates";
import type { IntegrationFields } from "./fields";
import {
  type Integration,
  type IntegrationPage,
  type IntegrationPatch,
  listRequest,
  type PageOptions,
  readDeletion,
  readIntegration,
  toWire,
  valuesOf,
  writeProblem,
} from "./integration";
import type { LogEntry } from "./logs/fields";
import { type LogReport, readLogsResponse, reportInBatches } from "./logs/report";
import type { OperationRequest } from "./operation-request";
import { OperationRun } from "./operation-run";
import { openPipeline, type Pipeline, planOf } from "./pipeline";
import { Retries } from "./retry";

/**
 * A client of Pinterest's integrations API for one account. It keeps to the account's rate limits, so create one client per account. The clients of a
 * process share connections.
 *
 * Each function describes its request and reads the response. {@link OperationRun} checks the arguments, waits for rate limits, gets the token, sends the
 * request and retries. To add an operation, add its HTTP method and path to the table of `operations`, and a function to this class.
 *
 * Methods throw only `PinterestError`.
 */
export class PinterestClient {
  private readonly pipeline: Pipeline;

  /** @throws Error for an invalid `apiUrl`. */
  constructor(options: PinterestClientOptions) {
    this.pipeline = openPipeline(options);
  }

  /**
   * The retries of a caller that repeats operations itself, such as creates with an unknown outcome. Their time limit starts now. Each operation also
   * retries certain failures on its own.
   */
  retries(): Retries {
    return new Retries(planOf(this.pipeline));
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
      body: { external_business_id: externalBusinessId, ...toWire(integration) },
      problem: writeProblem(integration),
      hidden: valuesOf(integration),
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
      externalBusinessId,
      body: toWire(patch),
      problem: writeProblem(patch),
      hidden: valuesOf(patch),
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

  /** Reads a page of the account's integrations. The records contain the secret fields that Pinterest returns. */
  listIntegrations(page: PageOptions = {}, call?: CallOptions): Promise<IntegrationPage> {
    return this.send(call, listRequest(page));
  }

  /**
   * Reports entries to Pinterest's integration log, in as many requests as necessary; see {@link LogReport}.
   *
   * @param call.hidden secret values in the entries.
   * @throws PinterestError if Pinterest recorded nothing, and no entry is the reason: for example, it rejects the token.
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
}
