import { withRequestId } from "../provider/base/message-text";
import type { DriftStatus, MerchantReport, StackReport } from "../stack/report";

/**
 * An operation on a shard. `drift` runs the engine to compare Pinterest with the program. The quick check `drift --from-state` compares it with
 * the last known state. It takes less than half the time.
 */
export type Operation = "preview" | "up" | "drift" | "drift --from-state" | "destroy";

/** The operations that check for drift. */
export type DriftOperation = "drift" | "drift --from-state";

export function isDriftOperation(operation: Operation): operation is DriftOperation {
  return operation === "drift" || operation === "drift --from-state";
}

/**
 * The result for a merchant:
 *
 * - drift checks: in-sync, pending (never created), drifted, missing, accepted (only when it is printed), revoked, unreachable.
 * - `up` and `preview`: unchanged (nothing to deploy; not compared with Pinterest). With `refresh` instead in-sync, revoked or unreachable.
 * - `up`: created, updated, replaced (the old integration was deleted), deleted, failed.
 * - `preview`: would create, would update, would replace, would delete, failed.
 * - `destroy`: deleted, missing, failed.
 */
export type MerchantStatus =
  | DriftStatus
  | "unchanged"
  | "created"
  | "updated"
  | "replaced"
  | "deleted"
  | "failed"
  | "would create"
  | "would update"
  | "would replace"
  | "would delete";

/** Whether a merchant was not deployed. */
export function isFailure(status: MerchantStatus): boolean {
  return status === "failed" || status === "revoked" || status === "unreachable";
}

export interface MerchantOutcome {
  readonly name: string;
  readonly status: MerchantStatus;
  /** The properties that drifted, were updated, or would be, by name. */
  readonly properties: readonly string[];
  /**
   * The reason why it failed or could not be read, and what to do; or a notice, for example that the integration was adopted. Never contains a secret.
   */
  readonly message?: string;
  /** The full drift report of the merchant. */
  readonly report?: MerchantReport;
}

/** The outcome of a shard. */
export interface ShardOutcome {
  readonly operation: Operation;
  readonly merchants: readonly MerchantOutcome[];
  /** Failures of the shard as a whole. */
  readonly errors: readonly string[];
  /** Whether it was stopped early. */
  readonly interrupted: boolean;
  /** The reason why Pinterest was not available for a merchant of an update, if that was the reason of a failure. */
  readonly outage?: string;
  /** The stack's drift report, without its merchants. */
  readonly report?: Omit<StackReport, "merchants">;
}

/** The reason why a merchant could not be read, and what to do. */
export function unreadReason({
  reason,
  requestId,
  advice,
}: Pick<MerchantReport, "reason" | "requestId" | "advice">): string {
  return [reason && withRequestId(reason, requestId), advice].filter((part) => part !== undefined).join(". ");
}

/** The failure of a shard for which a worker's account command failed. Another worker's command may work. */
export function commandFailed(message: string): string {
  return `${message}. Check PINTEREST_ACCOUNT_COMMAND on this worker`;
}

/** The message of merchants whose shard failed as a whole before their turn. */
export const notReached = "the engine ended before it processed this merchant";
