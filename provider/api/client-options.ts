import type { Dispatcher } from "undici";
import type { Clock } from "../base/clock";
import type { Credentials } from "./credentials";
import type { Commands } from "./error-remedies";
import type { PinterestError } from "./errors";
import type { Operation, OperationName } from "./operations";
import type { RateReport } from "./response-headers";
import type { RetryBudget } from "./retry";
import type { Network } from "./transport";

/** Permits requests, for example in the order and number that a limit of several processes allows. */
export interface RequestGate {
  /** For messages. */
  readonly name: string;
  /** Resolves when a request may be sent. Rejects if that cannot be found out, or the signal is aborted. */
  wait(signal: AbortSignal): Promise<void>;
}

export interface PinterestClientOptions {
  /** The API's URL, usually https://api.pinterest.com/v5. Must be https, except on localhost; without credentials, query or fragment. */
  readonly apiUrl: string;
  readonly credentials: Credentials;
  /** The account's name in the program, for messages. @default the default account */
  readonly account?: string | undefined;
  /** Returns the name of the explicit provider, for messages. @default no explicit provider */
  readonly provider?: (() => string | undefined) | undefined;
  /** Time limit for one request, without getting the token: 1 to 2^31 - 1. @default 30000 */
  readonly requestTimeoutMs?: number;
  /** Time limit for an operation with its retries and waits: 1 to 2^31 - 1. @default 300000 */
  readonly operationTimeoutMs?: number;
  /**
   * Attempts of an operation, at least 1. Refusals by a rate limit do not count: the operation waits until `operationTimeoutMs`. 1 disables
   * retries, also after such refusals.
   * @default 4
   */
  readonly maxAttempts?: number;
  /** Limits the retries of several clients together. @default a budget of this client */
  readonly retryBudget?: RetryBudget;
  /** The user's limit over all requests of this client. @default Pinterest's limits only */
  readonly requestsPerMinute?: number | undefined;
  /** Receives messages for the user about waits of more than 2 s. Errors of this and the next callback are ignored. */
  readonly onWait?: (message: string) => void;
  /** Called at the end of each operation, also of one whose arguments are invalid. */
  readonly onOperation?: ((event: OperationEvent) => void) | undefined;
  /** Called at the start of each operation. Returns the limits of the task that the operation is part of. */
  readonly limits?: (() => AmbientLimits | undefined) | undefined;
  /** Asked before each request, after the account's rate limits admit it. @default permits all requests */
  readonly gate?: RequestGate | undefined;
  /** The commands that remedies name. @default those of Pulumi */
  readonly commands?: Commands | undefined;
  /** @default neither a proxy nor a debug log */
  readonly network?: Network | undefined;
  readonly clock?: Clock;
  /** @default the process's dispatcher, which all clients share */
  readonly dispatcher?: Dispatcher | undefined;
}

export interface CallOptions {
  /** Cancels the operation. */
  readonly signal?: AbortSignal;
  /** Replaces the client's `operationTimeoutMs`. */
  readonly operationTimeoutMs?: number;
  /**
   * Whether the operation gives way to all others: it is sent last and once, a refusal by a rate limit does not delay others, and
   * {@link AmbientLimits} do not apply. @default false
   */
  readonly background?: boolean;
}

/** Limits of a larger task, such as a call of the engine, for the operations in it. */
export interface AmbientLimits {
  /** Cancels the operations. */
  readonly signal?: AbortSignal;
  /** The time in milliseconds since 1970 at which the task ends. It replaces `operationTimeoutMs`. */
  readonly endsAt?: number;
  /** The setting that `endsAt` comes from, for messages. */
  readonly setBy?: string;
}

/** The end of an operation, with all its attempts. Contains no headers and no bodies, therefore no token. */
export interface OperationEvent {
  readonly operation: OperationName;
  readonly externalBusinessId?: string | undefined;
  readonly account?: string | undefined;
  readonly method: Operation["method"];
  readonly host: string;
  /** The path and query, encoded. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Including waits. */
  readonly durationMs: number;
  /** Number of requests. 0 if the arguments are invalid. */
  readonly attempts: number;
  /** The status of the last attempt's response. Missing if there was none, like the next two properties. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** The rate limits in the headers of that response. */
  readonly rate?: RateReport | undefined;
  /** Missing if the operation succeeded. */
  readonly error?: PinterestError | undefined;
}
