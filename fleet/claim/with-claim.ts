import { setTimeout } from "node:timers/promises";
import { FleetError } from "../fleet-error";
import type { Database } from "../store/database";
import { signOfLifeSeconds, unheardAtMostSeconds } from "../times";
import { type Claim, giveBackClaim, renewClaim, takeClaim } from "./claims";
import { Lease } from "./lease";

/** How often a shard that another one has is asked for, in milliseconds. */
const askEvery = 500;

export interface ClaimOptions {
  readonly shardId: number;
  /** The shard's name, for messages. */
  readonly stack: string;
  /** Who has it, for whoever waits for it. */
  readonly holder: string;
  /** Ends the wait for it. */
  readonly signal: AbortSignal;
  /** Is told once that it is waited for. */
  readonly waits?: () => void;
}

/** What one may know who has a shard. */
export interface Held {
  readonly claim: Claim;
  /** Is aborted when the right is lost: engines are to be killed then. */
  readonly lost: AbortSignal;
  /** Is to be called where an engine has ended without having unlocked the stack, or may have. */
  readonly leftLocked: () => void;
  /** Is to be called when the lock that was left is gone. */
  readonly unlocked: () => void;
}

/**
 * Has a shard for as long as an action takes: nobody else runs an engine for it meanwhile. Waits while somebody else has it.
 *
 * @throws FleetError where the wait was ended, or the right was lost in the middle; then the action's own result means nothing.
 */
export async function withClaim<T>(
  database: Database,
  options: ClaimOptions,
  action: (held: Held) => Promise<T>,
): Promise<T> {
  const { stack } = options;
  const claim = await claimed(database, options);
  const controller = new AbortController();
  const lost = controller.signal;
  let isUnlocked = !claim.wasLeft;
  const lease = new Lease({
    every: signOfLifeSeconds * 1_000,
    atMost: unheardAtMostSeconds * 1_000,
    renew: () => renewClaim(database.statementsOfClaims, claim),
    lost: (why) => controller.abort(new FleetError(`lost the claim on ${stack}: ${why}`)),
  });
  try {
    const result = await action({
      claim,
      lost,
      leftLocked: () => {
        isUnlocked = false;
      },
      unlocked: () => {
        isUnlocked = true;
      },
    });
    lost.throwIfAborted();
    return result;
  } catch (error) {
    throw lost.aborted ? lost.reason : error;
  } finally {
    lease.end();
    // Where it was lost, and where that cannot be said, the row stays: whoever comes next unlocks the stack.
    await giveBackClaim(database.statements, claim, isUnlocked && !lost.aborted).catch(() => {});
  }
}

async function claimed(
  { statements }: Database,
  { shardId, stack, holder, signal, waits = () => {} }: ClaimOptions,
): Promise<Claim> {
  for (let notified = false; ; notified = true) {
    signal.throwIfAborted();
    const claim = await takeClaim(statements, shardId, holder);
    if (claim !== undefined) {
      if (!signal.aborted) return claim;
      await giveBackClaim(statements, claim, !claim.wasLeft).catch(() => {});
    }
    if (!notified) waits();
    await setTimeout(askEvery, undefined, { signal }).catch(() => {});
    if (signal.aborted) throw new FleetError(`another process holds ${stack}, and the wait for it was ended`);
  }
}
