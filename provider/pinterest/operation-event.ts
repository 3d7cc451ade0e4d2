import type { OperationName } from "./operations";
import type { PinterestError } from "./pinterest-error";

/** How an operation ended, all its attempts together. Holds no header and no body, and so no token. */
export interface OperationEvent {
  readonly operation: OperationName;
  readonly externalBusinessId?: string;
  readonly account?: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly host: string;
  /** As it was sent. */
  readonly path: string;
  /** When the operation began, in epoch milliseconds. */
  readonly startedAt: number;
  /** How long it took, waits included. */
  readonly durationMs: number;
  readonly attempts: number;
  /** The status of the last answer; missing if none came. */
  readonly status?: number;
  readonly requestId?: string;
  /** Missing if the operation succeeded. */
  readonly error?: PinterestError;
}
