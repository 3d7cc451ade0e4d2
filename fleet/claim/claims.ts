import { randomUUID } from "node:crypto";
import type { Statements } from "../store/database";
import { schema } from "../store/migrations";
import { deadAfterSeconds } from "../times";

/** The right to run an engine on a shard's stack, while it lasts. */
export interface Claim {
  readonly shardId: number;
  readonly id: string;
  /** Whether an engine was left without having unlocked the stack; it runs no more. */
  readonly wasLeft: boolean;
}

/** Whether who has a row of `engine` is alive. */
export const isAlive = `alive_at > now() - interval '${deadAfterSeconds} seconds'`;

/**
 * Takes the right to run a shard's engine, from nobody or from who gave no sign of life for so long that its engine is dead.
 *
 * @returns nothing while another one has it.
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

/** Says that the engine still runs. Gives whether the claim is still there. */
export async function renewClaim(statements: Statements, { shardId, id }: Claim): Promise<boolean> {
  const { rowCount } = await statements.query(
    `update ${schema}.engine set alive_at = now() where shard_id = $1 and claim = $2`,
    [shardId, id],
  );
  return rowCount === 1;
}

/** Gives the right back. @param isUnlocked whether the engine has ended by itself, and unlocked the stack. */
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

/** Who runs an engine, of which shard, and since when. */
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
