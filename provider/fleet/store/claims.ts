import { randomUUID } from "node:crypto";
import type { Statements } from "./database";
import { schema } from "./migrations";

/** The right to run a shard's engine, while it lasts. */
export interface Claim {
  readonly shardId: number;
  readonly id: string;
  /** Whether another worker had it and never gave it back, so that the stack may be locked by an engine that runs no more. */
  readonly wasLeft: boolean;
}

/**
 * Takes the right to run a shard's engine. Only for who has the shard's job, which is one worker's at a time: whoever had it before has lost
 * it, and has ended its engine.
 */
export async function takeClaim(statements: Statements, shardId: number, worker: string): Promise<Claim> {
  const id = randomUUID();
  const { rows } = await statements.query<{ left: boolean }>(
    `with before as (select shard_id from ${schema}.engine where shard_id = $1)
     insert into ${schema}.engine (shard_id, claim, worker) values ($1, $2, $3)
     on conflict (shard_id) do update set claim = excluded.claim, worker = excluded.worker, since = now(), alive_at = now()
     returning exists (select from before) as left`,
    [shardId, id, worker],
  );
  return { shardId, id, wasLeft: rows[0]?.left === true };
}

/** Says that the engine still runs. Gives whether the claim is still there. */
export async function renewClaim(statements: Statements, { shardId, id }: Claim): Promise<boolean> {
  const { rowCount } = await statements.query(
    `update ${schema}.engine set alive_at = now() where shard_id = $1 and claim = $2`,
    [shardId, id],
  );
  return rowCount === 1;
}

/** Gives the right back: the engine has ended, and its stack is unlocked. */
export async function giveBackClaim(statements: Statements, { shardId, id }: Claim): Promise<void> {
  await statements.query(`delete from ${schema}.engine where shard_id = $1 and claim = $2`, [shardId, id]);
}

/** Who runs an engine, of which shard, and since when. */
export interface WorkerAtWork {
  readonly worker: string;
  readonly stack: string;
  readonly since: Date;
}

export async function listWorkers(statements: Statements): Promise<WorkerAtWork[]> {
  const { rows } = await statements.query<WorkerAtWork>(
    `select worker, stack, since from ${schema}.engine join ${schema}.shard on shard.id = shard_id order by stack`,
  );
  return rows;
}
