import type { Account, Scope } from "./account";
import type { Answer } from "./answers";
import type { LogStore } from "./log-store";
import type { RateCategory } from "./rate-limits";
import type { IntegrationStore } from "./store";
import type { Switches } from "./switches";

/** The operations, by the name that counters, the log and faults use. */
export const OPERATIONS = ["create", "get", "update", "delete", "list", "getById", "logs", "token"] as const;

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

/** Where an operation answers. */
export interface Place {
  readonly operation: Operation;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  /** The class whose rate limits it counts for. */
  readonly category: RateCategory;
}

/** An operation of the integrations API: what a token needs for it, and what it does. */
export interface Route extends Place {
  readonly scope: Scope;
  /** Whether tokens of Pinterest's sandbox are good for it (x-sandbox in 5.23.0). */
  readonly sandbox: boolean;
  readonly handle: (call: Call) => Answer;
}
