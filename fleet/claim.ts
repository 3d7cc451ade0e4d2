import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "./fleet-error";
import { deadAfterSeconds, heartbeatSeconds, renewalRetryMs, renewalTimeoutSeconds } from "./queue";
import type { Database, Statements } from "./store/database";
import { schema } from "./store/schema";

/** The right to run an engine for a shard's stack. */
interface Claim {
  readonly shardId: number;
  readonly id: string;
  /** Whether a dead engine has left the stack locked. */
  readonly wasAbandoned: boolean;
}

/** Whether the holder of a row of `engine` is alive. */
export const isAlive = `alive_at > now() - interval '${deadAfterSeconds} seconds'`;

/**
 * Claims a shard that nobody holds, or whose holder sent no heartbeat for so long that its engine is dead.
 *
 * @returns undefined while another process holds it.
 */
export async function acquireClaim(
  statements: Statements,
  shardId: number,
  holder: string,
): Promise<Claim | undefined> {
  const id = randomUUID();
  const { rows } = await statements.query<{ left: boolean }>(
    `with before as (select shard_id from ${schema}.engine where shard_id = $1)
     insert into ${schema}.engine (shard_id, claim, worker) values ($1, $2, $3)
     on conflict (shard_id) do update
       set claim = excluded.claim, worker = excluded.worker, since = now(), alive_at = now()
       where not (engine.${isAlive})
     returning exists (select from before) as left`,
    [shardId, id, holder],
  );
  return rows[0] && { shardId, id, wasAbandoned: rows[0].left };
}

/** Sends a heartbeat. Returns whether the claim still exists. */
export async function renewClaim(statements: Statements, { shardId, id }: Claim): Promise<boolean> {
  const { rowCount } = await statements.query(
    `update ${schema}.engine set alive_at = now() where shard_id = $1 and claim = $2`,
    [shardId, id],
  );
  return rowCount === 1;
}

/**
 * Releases the claim.
 *
 * @param isUnlocked whether the engine has ended by itself, and unlocked the stack.
 */
export async function releaseClaim(
  statements: Statements,
  { shardId, id }: Claim,
  isUnlocked: boolean,
): Promise<void> {
  await statements.query(
    isUnlocked
      ? `delete from ${schema}.engine where shard_id = $1 and claim = $2`
      : `update ${schema}.engine set alive_at = '-infinity' where shard_id = $1 and claim = $2`,
    [shardId, id],
  );
}

/**
 * Renews a claim until {@link end}, and reports its loss before other workers may take it, so that this worker's engine is dead by then.
 * The time counts from when a renewal was sent, because its response may be late.
 */
export class Lease {
  #isOver = false;
  #renewal: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;

  /**
   * @param acquiredAt when the request that acquired the claim was sent, by `performance.now()`.
   * @param renew renews the claim, and returns whether this worker still has it. Rejects if the database cannot be asked.
   * @param onLost called once when the claim is lost, or others may take it.
   */
  constructor(
    acquiredAt: number,
    private readonly renew: () => Promise<boolean>,
    private readonly onLost: (reason: string) => void,
  ) {
    this.#holdFrom(acquiredAt);
    this.#renewAfter(heartbeatSeconds * 1_000);
  }

  /** Stops the renewal. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#renewal);
    clearTimeout(this.#expiry);
  }

  #holdFrom(sentAt: number): void {
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(
      () => this.#lose(`PostgreSQL did not respond for ${Math.round((performance.now() - sentAt) / 1000)} s`),
      sentAt + renewalTimeoutSeconds * 1_000 - performance.now(),
    );
  }

  #renewAfter(ms: number): void {
    if (!this.#isOver) this.#renewal = setTimeout(() => void this.#renew(), ms);
  }

  async #renew(): Promise<void> {
    const sentAt = performance.now();
    try {
      const isHeld = await this.renew();
      if (this.#isOver) return;
      if (!isHeld) return this.#lose("another worker has acquired the shard");
      this.#holdFrom(sentAt);
      this.#renewAfter(Math.max(0, sentAt + heartbeatSeconds * 1_000 - performance.now()));
    } catch {
      this.#renewAfter(renewalRetryMs);
    }
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.end();
    this.onLost(reason);
  }
}

/** Interval in which a shard that another process holds is requested, in milliseconds. */
const pollEveryMs = 500;

interface ClaimOptions {
  readonly shardId: number;
  /** The shard's name, for messages. */
  readonly stack: string;
  /** Name of the holder, for others that wait. */
  readonly holder: string;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called once if the shard must be waited for. */
  readonly onWait?: () => void;
}

/** The context of an action that holds a shard. */
export interface Held {
  readonly claim: Claim;
  /** Aborted when the claim is lost. Engines must then be killed. */
  readonly lost: AbortSignal;
  /** Whether an engine may have ended without unlocking the stack. The action sets it. */
  isLocked: boolean;
}

/**
 * Holds a shard during an action, so that no other process runs an engine for it. Waits while another process holds it.
 *
 * @throws FleetError if the wait was ended, or the claim was lost during the action. The action's result is then meaningless.
 */
export async function withClaim<T>(
  database: Database,
  options: ClaimOptions,
  action: (held: Held) => Promise<T>,
): Promise<T> {
  const { shardId, stack, holder, signal, onWait = () => {} } = options;
  let acquiredAt = performance.now();
  let claim = await acquireClaim(database.statements, shardId, holder);
  if (claim === undefined) onWait();
  while (claim === undefined) {
    await sleep(pollEveryMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) {
      throw new FleetError(
        `stopped waiting for ${stack}, which another process is using. Run the command again later`,
      );
    }
    acquiredAt = performance.now();
    claim = await acquireClaim(database.statements, shardId, holder);
  }
  const controller = new AbortController();
  const lost = controller.signal;
  const held: Held = { claim, lost, isLocked: claim.wasAbandoned };
  const lease = new Lease(
    acquiredAt,
    () => renewClaim(database.statementsOfClaims, held.claim),
    (reason) => controller.abort(new FleetError(`lost the claim of ${stack}: ${reason}`)),
  );
  try {
    const result = await action(held);
    lost.throwIfAborted();
    return result;
  } catch (error) {
    throw lost.aborted ? lost.reason : error;
  } finally {
    lease.end();
    // If the claim was lost, or this statement fails, the row stays, and the next holder unlocks the stack.
    await releaseClaim(database.statements, claim, !held.isLocked && !lost.aborted).catch(() => {});
  }
}
