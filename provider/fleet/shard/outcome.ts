import type { MerchantReport, StackReport } from "../../cli/drift/report";

/** What can be done with a shard. */
export type Operation = "preview" | "up" | "drift" | "destroy";

/**
 * What became of a merchant. Of a look at Pinterest (`drift`): same, drifted, gone, revoked, unreachable. Of an update: same, created,
 * updated, deleted, failed. Of a preview: what an update would do.
 */
export type MerchantStatus =
  | "same"
  | "drifted"
  | "gone"
  | "revoked"
  | "unreachable"
  | "created"
  | "updated"
  | "deleted"
  | "failed"
  | "would create"
  | "would update"
  | "would delete";

export interface MerchantOutcome {
  readonly name: string;
  readonly status: MerchantStatus;
  /** The properties that drifted, were updated, or would be, by name. */
  readonly properties: readonly string[];
  /** Why it failed, or could not be asked, and what to do. Never with a secret. */
  readonly message?: string;
  /** What a look at it says in full. */
  readonly report?: MerchantReport;
}

/** What became of a shard. */
export interface ShardOutcome {
  readonly operation: Operation;
  readonly merchants: readonly MerchantOutcome[];
  /** What failed for the shard as a whole. */
  readonly errors: readonly string[];
  /** Whether it was ended before its time. */
  readonly interrupted: boolean;
  /** What a look at it says of the stack, without its merchants. */
  readonly report?: Omit<StackReport, "merchants">;
}
