import { setTimeout } from "node:timers/promises";
import { FleetError } from "../fleet-error";
import type { Database } from "../store/database";
import { renewalRetryMs, signOfLifeSeconds, unheardAtMostSeconds } from "../times";
import { type Claim, giveBackClaim, renewClaim, takeClaim } from "./claims";
import { Lease } from "./lease";

/** Interval in which a shard that another process holds is requested, in milliseconds. */
const askEvery = 500;

export interface ClaimOptions {
  readonly shardId: number;
  /** The shard's name, for messages. */
  readonly stack: string;
  /** Name of the holder, for others that wait. */
  readonly holder: string;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called once if the shard must be waited for. */
  readonly waits?: () => void;
}

/** The context of an action that holds a shard. */
export interface Held {
  readonly claim: Claim;
  /** Aborted when the claim is lost. Engines must then be killed. */
  readonly lost: AbortSignal;
  /** Call this if an engine may have ended without unlocking the stack. */
  readonly leftLocked: () => void;
  /** Call this after the remaining lock was removed. */
  readonly unlocked: () => void;
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
  const { stack } = options;
  const { claim, acquiredAt } = await claimed(database, options);
  const controller = new AbortController();
  const lost = controller.signal;
  let isUnlocked = !claim.wasLeft;
  const lease = new Lease({
    acquiredAt,
    everyMs: signOfLifeSeconds * 1_000,
    retryMs: renewalRetryMs,
    atMostMs: unheardAtMostSeconds * 1_000,
    renew: () => renewClaim(database.statementsOfClaims, claim),
    onLost: (reason) => controller.abort(new FleetError(`lost the claim on ${stack}: ${reason}`)),
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
    // If the claim was lost, or this statement fails, the row stays, and the next holder unlocks the stack.
    await giveBackClaim(database.statements, claim, isUnlocked && !lost.aborted).catch(() => {});
  }
}

async function claimed(
  { statements }: Database,
  { shardId, stack, holder, signal, waits = () => {} }: ClaimOptions,
): Promise<{ readonly claim: Claim; readonly acquiredAt: number }> {
  for (let notified = false; ; notified = true) {
    signal.throwIfAborted();
    const acquiredAt = performance.now();
    const claim = await takeClaim(statements, shardId, holder);
    if (claim !== undefined) {
      if (!signal.aborted) return { claim, acquiredAt };
      await giveBackClaim(statements, claim, !claim.wasLeft).catch(() => {});
    }
    if (!notified) waits();
    await setTimeout(askEvery, undefined, { signal }).catch(() => {});
    if (signal.aborted)
      throw new FleetError(
        `stopped waiting for ${stack}, which another process is using. Run the command again later`,
      );
  }
}
