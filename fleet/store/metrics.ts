import type { Operation } from "../outcome";
import type { Statements } from "./database";
import { type EndedShards, endedShardColumns, openCondition } from "./runs";
import { schema } from "./schema";

/** The last drift check of a shard that was not interrupted and did not fail as a whole. */
export interface LastCheck {
  readonly stack: string;
  readonly run: string;
  readonly endedAt: Date;
}

/** The last check of each shard that has merchants. A run can check some of the shards only. */
export async function lastChecks(statements: Statements): Promise<LastCheck[]> {
  const { rows } = await statements.query<LastCheck>(
    `select distinct on (stack) stack, run_id as run, ended_at as "endedAt"
       from ${schema}.run_shard join ${schema}.run on run.id = run_id join ${schema}.shard on shard.id = shard_id
      where operation in ('drift', 'drift --from-state') and state = 'done'
        and exists (select from ${schema}.merchant where merchant.shard_id = shard.id)
      order by stack, requested_at desc`,
  );
  return rows;
}

/** A run whose shards have all ended. */
export interface EndedRun extends EndedShards {
  readonly operation: Operation;
  readonly requestedAt: Date;
  /** The end of its last shard. */
  readonly endedAt: Date;
  /** Number of attempts at all of its shards. */
  readonly attempts: number;
}

/** The last ended run of each operation. */
export async function lastEndedRuns(statements: Statements): Promise<EndedRun[]> {
  const { rows } = await statements.query<EndedRun>(
    `select distinct on (operation) *
       from (select operation, requested_at as "requestedAt", max(ended_at) as "endedAt", sum(attempts)::integer as attempts, ${endedShardColumns}
               from ${schema}.run join ${schema}.run_shard on run_id = id
              group by id having not bool_or(${openCondition})) as ended
      order by operation, "requestedAt" desc`,
  );
  return rows;
}
