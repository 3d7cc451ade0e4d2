import type { Account, Scope } from "./accounts";
import type { ReportedLog } from "./integration-logs";
import type { RateCategory } from "./rate-limits";
import type { ApiResponse } from "./responses";
import type { IntegrationStore } from "./store";
import type { Switches } from "./switches";

export const operationNames = [
  "create",
  "get",
  "update",
  "delete",
  "list",
  "getById",
  "logs",
  "token",
] as const;

/** Name of an operation in counters, the log of requests, and faults. */
export type Operation = (typeof operationNames)[number];

/** An authorized request of an operation. */
export interface Call {
  readonly account: Account;
  readonly store: IntegrationStore;
  readonly logs: ReportedLog[];
  readonly switches: Switches;
  /** Decoded ID of the path, or "" if the path has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** Parsed body. Undefined if there is none, or if it is not JSON. */
  readonly body: unknown;
}

/** Method and path of an operation. */
export interface Endpoint {
  readonly operation: Operation;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Path below `/v5`. */
  readonly path: string;
  /** Category of its rate limits. */
  readonly category: RateCategory;
}

/** An operation of the integrations API. */
export interface Route extends Endpoint {
  /** Scope that a token needs. */
  readonly scope: Scope;
  readonly handle: (call: Call) => ApiResponse;
}
