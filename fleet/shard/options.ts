import type { DeclaredMerchant } from "../merchants/declared-merchant";
import type { MerchantOutcome, Operation } from "../outcome";

export interface RunShardOptions {
  /** Name of the stack. Each shard has its own stack, which is created if it is missing. */
  readonly stack: string;
  /**
   * All merchants of the shard. `up` deletes the integrations of merchants that you omit, and `preview` and `drift` report them as
   * deletions.
   */
  readonly merchants: readonly DeclaredMerchant[];
  readonly operation: Operation;
  /** For `up` and `preview`: whether to read Pinterest first, and fix drift. @default false */
  readonly refresh?: boolean;
  /** Allow an `up` without merchants, which deletes all integrations of the shard. @default false */
  readonly allowEmpty?: boolean;
  /** Name of the Pulumi project. @default "pinterest-fleet" */
  readonly project?: string;
  /** Directory in which pulumi-pinterest and \@pulumi/pulumi are installed. @default the working directory */
  readonly directory?: string;
  /** Stops the engine gracefully: it finishes its current requests and starts no others. */
  readonly signal?: AbortSignal;
  /** Kills the engine at once, for a caller that lost the right to run it. The next run completes the requests in progress. */
  readonly kill?: AbortSignal;
  /** Remove the lock that a killed engine has left. Set it only if no engine runs for the shard. @default false */
  readonly unlock?: boolean;
  /** Called at the end if an engine was killed or could not unlock its stack. The next run of the shard needs `unlock`. */
  readonly onLeftLocked?: () => void;
  /** Called after `unlock` has removed the lock. */
  readonly onUnlocked?: () => void;
  /**
   * Time in milliseconds without an event of the engine after which it is stopped, and the shard fails. Longer than any wait for a rate limit.
   *
   * @default 1200000 (20 minutes)
   */
  readonly stallTimeoutMs?: number;
  /**
   * Called for each merchant: during an update or preview as soon as its result is known, and at the end of a drift check. Notices of
   * merchants that did not fail are only in the outcome. Its errors are ignored.
   */
  readonly onMerchant?: (outcome: MerchantOutcome) => void;
}
