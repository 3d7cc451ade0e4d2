import { randomUUID } from "node:crypto";
import type { Statements } from "../store/database";
import { schema } from "../store/migrations";
import { deadAfterSeconds } from "../times";

/** The right to run an engine for a shard's stack. */
export interface Claim {
  readonly shardId: number;
  readonly id: string;
  /** Whether a dead engine has left the stack locked. */
  readonly wasLeft: boolean;
}

/** Whether the holder of a row of `engine` is alive. */
export const isAlive = `alive_at > now() - interval '${deadAfterSeconds} seconds'`;

/**
 * Claims a shard that nobody holds, or whose holder sent no heartbeat for so long that its engine is dead.
 *
 * @returns undefined while another process holds it.
 */
export async function takeClaim(
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
  return rows[0] && { shardId, id, wasLeft: rows[0].left };
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
export async function giveBackClaim(
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

/** The running engines, with their shards and start times. */
export interface WorkerAtWork {
  readonly worker: string;
  readonly stack: string;
  readonly since: Date;
}

export async function listWorkers(statements: Statements): Promise<WorkerAtWork[]> {
  const { rows } = await statements.query<WorkerAtWork>(
    `select worker, stack, since from ${schema}.engine join ${schema}.shard on shard.id = shard_id where ${isAlive} order by stack`,
  );
  return rows;
}
