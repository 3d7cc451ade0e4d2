import { type OperationName, operations, pathSegmentProblem } from "./operations";
import type { Redact } from "./redact";
import type { HttpResponse } from "./response-headers";

/** The request of one of the client's methods. It can be sent any number of times. */
export interface OperationRequest<T> {
  readonly operation: OperationName;
  readonly externalBusinessId?: string;
  readonly integrationId?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The reason why the body cannot be sent. @default it can be sent */
  readonly problem?: string | undefined;
  /** Secret values in the body. @default none */
  readonly hidden?: readonly string[] | undefined;
  /** Error statuses that `read` interprets. */
  readonly alsoReads?: readonly number[];
  /** Converts the response to the result of the method. @throws UnexpectedResponse */
  readonly read: (response: HttpResponse, redact: Redact) => T;
}

/** The reason why a request cannot be sent; undefined if it can be. */
export function problemOf(request: OperationRequest<unknown>): string | undefined {
  const { externalBusinessId, integrationId, problem } = request;
  // Also in a create, whose path does not contain the ID: no later operation could reach the integration.
  const idProblem = externalBusinessId === undefined ? undefined : pathSegmentProblem(externalBusinessId);
  if (idProblem !== undefined) return idProblem;
  if (integrationId !== undefined && !/^\d+$/.test(integrationId)) {
    return "the integration ID must consist of digits only. It differs from the external business ID";
  }
  return problem;
}

/** The path and query as sent: the ID "a/b" in `/integrations/commerce/{externalBusinessId}` becomes `/integrations/commerce/a%2Fb`. */
export function pathOf({ operation, query, ...ids }: OperationRequest<unknown>): string {
  const path = operations[operation].path.replace(/{(\w+)}/, (_braces, name: "externalBusinessId") =>
    encodeURIComponent((ids[name] ?? "").toWellFormed()),
  );
  const search = String(new URLSearchParams(query));
  return search === "" ? path : `${path}?${search}`;
}
