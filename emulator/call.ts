import type { Account, Scope } from "./accounts";
import type { Answer } from "./answers";
import type { LogStore } from "./log-store";
import type { IntegrationStore } from "./store";
import type { Switches } from "./switches";

/** The operations, by the name that counters, the log and faults use. */
export const OPERATIONS = ["create", "get", "update", "delete", "list", "getById", "logs"] as const;

/** What a request of the API does. */
export type Operation = (typeof OPERATIONS)[number];

/** A request that has passed authentication. */
export interface Call {
  readonly account: Account;
  readonly store: IntegrationStore;
  readonly logs: LogStore;
  readonly switches: Switches;
  /** The id in the path, decoded; "" where the path has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The body as JSON; undefined when there is none or it is not JSON. */
  readonly body: unknown;
}

/** One operation: where it answers, what a token needs for it, and what it does. */
export interface Route {
  readonly operation: Operation;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly scope: Scope;
  readonly handle: (call: Call) => Answer;
}
