import type { Account, Scope } from "./account";
import type { Answer } from "./answers";
import type { LogStore } from "./log-store";
import type { RateCategory } from "./rate-limits";
import type { IntegrationStore } from "./store";
import type { Switches } from "./switches";

/** The operations, by their names in counters, log and faults. */
export const OPERATIONS = ["create", "get", "update", "delete", "list", "getById", "logs", "token"] as const;

/** The kind of a request. */
export type Operation = (typeof OPERATIONS)[number];

/** An authenticated request. */
export interface Call {
  readonly account: Account;
  readonly store: IntegrationStore;
  readonly logs: LogStore;
  readonly switches: Switches;
  /** The decoded ID in the path; "" if the path has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The body as JSON; undefined if it is missing or not JSON. */
  readonly body: unknown;
}

/** The path and method of an operation. */
export interface Place {
  readonly operation: Operation;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  /** The category of its rate limit. */
  readonly category: RateCategory;
}

/** An operation of the integrations API, with the scope that it needs. */
export interface Route extends Place {
  readonly scope: Scope;
  /** Whether it accepts tokens of Pinterest's sandbox (x-sandbox in 5.23.0). */
  readonly sandbox: boolean;
  readonly handle: (call: Call) => Answer;
}
