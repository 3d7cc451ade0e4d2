import { isAlive } from "../claim";
import type { Operation } from "../shard/outcome";
import type { Statements } from "./database";
import { isPending, isReplacedBy, schema } from "./schema";

/** The current status of a shard. */
export interface ShardStatus {
  readonly stack: string;
  /** Merchants of the list. */
  readonly merchants: number;
  /** Merchants that left the list. The next update deletes their integrations. */
  readonly leaving: number;
  /** Merchants whose integration the next update replaces. */
  readonly replaced: number;
  /** Merchants with changes that no update has deployed yet, including leaving ones. */
  readonly pending: number;
  /** The worker that runs its engine; null if there is none. */
  readonly worker: string | null;
  readonly since: Date | null;
  /** The last run of the shard, and its state. */
  readonly operation: Operation | null;
  readonly state: string | null;
  readonly endedAt: Date | null;
}

export async function shardStatuses(statements: Statements): Promise<ShardStatus[]> {
  const { rows } = await statements.query<ShardStatus>(
    `select stack, merchants, leaving, replaced, pending, engine.worker, since, operation, state, ended_at as "endedAt"
       from ${schema}.shard
       cross join lateral (
         select (count(*) filter (where leaving_since is null))::integer as merchants,
                (count(*) filter (where leaving_since is not null))::integer as leaving,
                (count(*) filter (where leaving_since is null and ${isReplacedBy("merchant")}))::integer as replaced,
                (count(*) filter (where ${isPending}))::integer as pending
           from ${schema}.merchant where shard_id = shard.id) as counted
       left join ${schema}.engine on engine.shard_id = shard.id and ${isAlive}
       left join lateral (
         select operation, state, ended_at
           from ${schema}.run_shard join ${schema}.run on run.id = run_id
          where run_shard.shard_id = shard.id order by requested_at desc limit 1) as last on true
      order by stack`,
  );
  return rows;
}
