import { randomUUID } from "node:crypto";
import { pause } from "../../provider/base/async";
import { FleetError } from "../fleet-error";
import { type Database, driverMessage, type Statements } from "./database";
import { deadAfterSeconds, heartbeatSeconds, renewalTimeoutSeconds, statementRetryMs } from "./queue";
import { schema } from "./schema";

/** The right of one process to run engines for a shard's stack. Others can take it after a time without heartbeats. */
interface Claim {
  readonly shardId: number;
  readonly id: string;
  /** The time at which it was requested, by `performance.now()`. */
  readonly acquiredAtMs: number;
  /** Whether an engine may have ended without unlocking the stack. */
  isStackLocked: boolean;
}

/** The SQL condition for rows of `claim` whose holder is alive. */
export const aliveCondition = `claim.alive_at > now() - interval '${deadAfterSeconds} seconds'`;

/** Claims a shard; undefined while another process holds it. A claim without heartbeats for too long is replaced: its engine is dead. */
export async function acquireClaim(
  statements: Statements,
  shardId: number,
  holder: string,
): Promise<Claim | undefined> {
  const id = randomUUID();
  const acquiredAtMs = performance.now();
  // If there was a row, its holder has not released the claim, or an engine has left the stack locked.
  const { rows } = await statements.query<Pick<Claim, "isStackLocked">>(
    `with before as (select from ${schema}.claim where shard_id = $1)
     insert into ${schema}.claim (shard_id, id, holder) values ($1, $2, $3)
     on conflict (shard_id) do update
       set id = excluded.id, holder = excluded.holder, since = now(), alive_at = now()
       where not (${aliveCondition})
     returning exists (select from before) as "isStackLocked"`,
    [shardId, id, holder],
  );
  return rows[0] && { shardId, id, acquiredAtMs, ...rows[0] };
}

/** Sends a heartbeat. Returns whether the claim still exists. */
export async function renewClaim(statements: Statements, { shardId, id }: Claim): Promise<boolean> {
  const { rowCount } = await statements.query(
    `update ${schema}.claim set alive_at = now() where shard_id = $1 and id = $2`,
    [shardId, id],
  );
  return rowCount === 1;
}

/** Releases the claim. If the stack is locked, its row stays, so that the next holder unlocks the stack. */
export async function releaseClaim(
  statements: Statements,
  { shardId, id, isStackLocked }: Claim,
): Promise<void> {
  await statements.query(
    isStackLocked
      ? `update ${schema}.claim set alive_at = '-infinity' where shard_id = $1 and id = $2`
      : `delete from ${schema}.claim where shard_id = $1 and id = $2`,
    [shardId, id],
  );
}

/**
 * Renews a claim until `end`, and reports its loss before others may take it, so that this process's engine is dead by then. The time counts from
 * when a renewal was sent, because its response may be late.
 */
export class ClaimRenewal {
  private isOver = false;
  private renewal: NodeJS.Timeout | undefined;
  private expiry: NodeJS.Timeout | undefined;
  private lastFailure: string | undefined;

  /**
   * @param renew renews the claim, and returns whether it still exists. Rejects if the database cannot be reached.
   * @param onLost called once when the claim is lost, or others may take it.
   */
  constructor(
    { acquiredAtMs }: Pick<Claim, "acquiredAtMs">,
    private readonly renew: () => Promise<boolean>,
    private readonly onLost: (reason: string) => void,
  ) {
    this.expireAfter(acquiredAtMs);
    this.renewAt(performance.now() + heartbeatSeconds * 1_000);
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.renewal);
    clearTimeout(this.expiry);
  }

  private renewAt(timeMs: number): void {
    this.renewal = setTimeout(() => this.renewNow(), Math.max(0, timeMs - performance.now()));
  }

  private async renewNow(): Promise<void> {
    const sentAtMs = performance.now();
    let isHeld: boolean;
    try {
      isHeld = await this.renew();
    } catch (error) {
      this.lastFailure = driverMessage(error);
      if (!this.isOver) this.renewAt(performance.now() + statementRetryMs);
      return;
    }
    if (this.isOver) return;
    if (!isHeld) return this.lose("another worker has it, or the database has another fleet");
    this.lastFailure = undefined;
    this.expireAfter(sentAtMs);
    this.renewAt(sentAtMs + heartbeatSeconds * 1_000);
  }

  /** Restarts the time after which the claim is lost. It counts from the last successful renewal, which was sent at `sentAtMs`. */
  private expireAfter(sentAtMs: number): void {
    clearTimeout(this.expiry);
    this.expiry = setTimeout(
      () => {
        const seconds = Math.round((performance.now() - sentAtMs) / 1_000);
        const why = this.lastFailure === undefined ? "" : ` (${this.lastFailure})`;
        this.lose(`PostgreSQL did not respond for ${seconds} s${why}`);
      },
      sentAtMs + renewalTimeoutSeconds * 1_000 - performance.now(),
    );
  }

  private lose(reason: string): void {
    this.end();
    this.onLost(reason);
  }
}

/** Wait before the next request of a claim that another process holds. */
const claimRetryMs = 500;

interface ClaimOptions {
  readonly shardId: number;
  readonly stack: string;
  /** Name of this process, for others that wait. */
  readonly holder: string;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called once if the shard must be waited for. */
  readonly onWait?: () => void;
}

/** A claim during an action. */
export interface HeldClaim extends Claim {
  /** Aborted when the claim is lost. */
  readonly lost: AbortSignal;
}

/** Options that kill an engine when its claim is lost, and record whether it leaves the stack locked. */
export function engineOptionsOf(claim: HeldClaim) {
  return {
    kill: claim.lost,
    unlock: claim.isStackLocked,
    onUnlocked: () => {
      claim.isStackLocked = false;
    },
    onLeftLocked: () => {
      claim.isStackLocked = true;
    },
  };
}

/**
 * Holds a shard during an action, so that no other process runs an engine for it. Waits while another process holds it.
 *
 * @throws FleetError if the wait was ended, or the claim was lost during the action. The action's result is then meaningless.
 */
export async function withClaim<T>(
  { statements, statementsOfClaims }: Database,
  { shardId, stack, holder, signal, onWait = () => {} }: ClaimOptions,
  action: (claim: HeldClaim) => Promise<T>,
): Promise<T> {
  let acquired = await acquireClaim(statements, shardId, holder);
  if (acquired === undefined) onWait();
  while (acquired === undefined) {
    await pause(claimRetryMs, signal);
    if (signal.aborted) {
      throw new FleetError(
        `stopped waiting for ${stack}, which another process is using. Run the command again later`,
      );
    }
    acquired = await acquireClaim(statements, shardId, holder);
  }
  const controller = new AbortController();
  const claim: HeldClaim = { ...acquired, lost: controller.signal };
  const renewal = new ClaimRenewal(
    claim,
    () => renewClaim(statementsOfClaims, claim),
    (reason) => controller.abort(new FleetError(`lost the claim of ${stack}: ${reason}`)),
  );
  try {
    const result = await action(claim);
    claim.lost.throwIfAborted();
    return result;
  } catch (error) {
    throw claim.lost.aborted ? claim.lost.reason : error;
  } finally {
    renewal.end();
    claim.isStackLocked ||= claim.lost.aborted;
    // A failure must not replace the action's result or error, and the claim then expires by itself.
    await releaseClaim(statements, claim).catch(() => {});
  }
}
