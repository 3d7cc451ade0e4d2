import type { Dispatcher } from "undici";
import type { AmbientLimits } from "./ambient-limits";
import type { AnswerEvent } from "./answer-event";
import type { Clock } from "./clock";
import type { Credentials } from "./credentials";
import type { DebugSink } from "./debug";
import type { OperationEvent } from "./operation-event";
import type { RequestGate } from "./shared-cap";

export const defaultRequestTimeoutMs = 30_000;

/** How a client is made. */
export interface PinterestClientOptions {
  /**
   * Where the API is, usually https://api.pinterest.com/v5. Must be https, except on this machine; without credentials,
   * query or fragment.
   */
  readonly apiUrl: string;
  /** Where the access tokens come from. */
  readonly credentials: Credentials;
  /** The name by which the program knows the account, for messages. */
  readonly account?: string;
  /**
   * The time that one request may take, from the token's being there to the end of the answer, in milliseconds.
   * @default 30000
   */
  readonly requestTimeoutMs?: number;
  /** The time that a call may take in all, repeated requests and waits included, in milliseconds. @default 300000 */
  readonly operationTimeoutMs?: number;
  /**
   * How many requests a call makes at most while they fail in ways that may pass. Refusals by a rate limit are not counted:
   * they are waited for as long as operationTimeoutMs allows. 1 is no repetition, not even of those.
   * @default 4
   */
  readonly maxAttempts?: number;
  /** A limit of the user's own, over all requests of the account in this process. @default Pinterest's limits alone */
  readonly requestsPerMinute?: number;
  /** Told of waits of more than two seconds, in a sentence for the person at the terminal. @default nobody */
  readonly onWait?: (message: string) => void;
  /** Told once of each call that ended. What it throws is lost. @default nobody */
  readonly onOperation?: (event: OperationEvent) => void;
  /** Told of each answer, also of one that is repeated. What it throws is lost. @default nobody */
  readonly onAnswer?: (event: AnswerEvent) => void;
  /** What ends the calls that begin now, asked at each. @default nothing but their own limits */
  readonly limits?: () => AmbientLimits | undefined;
  /**
   * Settles when a request may be sent: asked before each one, after the account's own limits. Rejects where that cannot be asked, or the
   * signal ends the wait. @default nobody is asked
   */
  readonly gate?: RequestGate;
  /** @default the system's */
  readonly clock?: Clock;
  /** @default "pulumi-pinterest/<version> (+node/<version>)" */
  readonly userAgent?: string;
  /** @default the process's own, which all clients share */
  readonly dispatcher?: Dispatcher;
  /** Takes the lines of the debug log. @default what the variable PINTEREST_DEBUG names */
  readonly debug?: DebugSink;
}

/** What can be said for a single call. */
export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal;
  /** Instead of the client's requestTimeoutMs. */
  readonly timeoutMs?: number;
  /** Instead of the client's, in milliseconds. */
  readonly operationTimeoutMs?: number;
  /**
   * Whether the call goes on beside the others and gives way to them: it is sent once, and when a rate limit refuses it, that
   * holds up nobody else. @default false
   */
  readonly aside?: boolean;
}
