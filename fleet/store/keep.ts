import { isFailure, notReached, type ShardOutcome } from "../shard/outcome";
import { type Statements, storable } from "./database";
import { schema } from "./migrations";
import { isPending } from "./pending";
import { isReplacedBy, ownPlace } from "./place";
import type { RunShard } from "./runs";
import type { Shard } from "./shard";

/**
 * Records before an update which merchants it can change at Pinterest: the pending ones or, with `all`, all. If it is interrupted, they
 * stay pending until an update finishes, and keep the places that they may hold by then.
 */
export async function markUnsettled(
  statements: Statements,
  { runId, shardId }: RunShard,
  all: boolean,
): Promise<void> {
  await statements.query(
    `update ${schema}.merchant
        set begun_as = case when begun_run = $3 then begun_as
                            when leaving_since is not null or digest is not distinct from applied_digest then null
                            when not brought_up then 'created' when ${isReplacedBy("merchant")} then 'replaced' else 'updated' end,
            begun_run = $3,
            applied_digest = null,
            held_places = case when leaving_since is not null or ${ownPlace} = any(held_places) then held_places
                               else held_places || ${ownPlace} end
      where shard_id = $1 and ($2 or ${isPending})`,
    [shardId, all, runId],
  );
}

/** Stores the results of a shard's merchants and, after an update, what Pinterest has now. */
export async function keepOutcome(
  statements: Statements,
  job: RunShard,
  shard: Shard,
  found: ShardOutcome,
): Promise<void> {
  const outcome = storable(found);
  await keepResults(statements, job, outcome);
  if (outcome.operation === "up") await keepApplied(statements, job.shardId, shard, outcome);
  if (outcome.operation === "destroy") await keepEnded(statements, job.shardId, outcome);
  if (outcome.operation === "up" || outcome.operation === "destroy") {
    await forgetLeavers(statements, job.shardId, shard, outcome);
  }
}

/**
 * If an earlier attempt of the run changed a merchant, reports that change instead of "unchanged". This includes an attempt that was killed
 * before it could report.
 */
async function keepResults(
  statements: Statements,
  { runId, shardId }: RunShard,
  { merchants, report }: ShardOutcome,
): Promise<void> {
  await statements.query(
    `insert into ${schema}.result (run_id, shard_id, merchant, status, properties, message, report)
     select $1, $2, found.merchant, case when attempts > 1 and found.status in ('in-sync', 'unchanged') then coalesce(begun_as, found.status)
                                        when attempts > 1 and found.status = 'missing' and brought_up then 'deleted'
                                        else found.status end,
            string_to_array(found.properties, ','), message, found.report
       from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[]) as found(merchant, status, properties, message, report)
       join ${schema}.run_shard on run_shard.run_id = $1 and run_shard.shard_id = $2
       left join ${schema}.merchant on merchant.name = found.merchant and begun_run = $1
     on conflict (run_id, merchant) do update
       set status = excluded.status, properties = excluded.properties, message = excluded.message, report = excluded.report,
           known_at = now()
       where not ((excluded.status in ('in-sync', 'unchanged', 'missing') or excluded.message is not distinct from $8) and result.status in ('created', 'updated', 'replaced', 'deleted'))`,
    [
      runId,
      shardId,
      merchants.map(({ name }) => name),
      merchants.map(({ status }) => status),
      // Names of properties contain no commas.
      merchants.map(({ properties }) => properties.join(",")),
      merchants.map(({ message }) => message ?? null),
      merchants.map((each) => (each.report === undefined ? null : JSON.stringify(each.report))),
      notReached,
    ],
  );
  await statements.query(`update ${schema}.run_shard set report = $3 where run_id = $1 and shard_id = $2`, [
    runId,
    shardId,
    report === undefined ? null : JSON.stringify(report),
  ]);
}

async function keepApplied(
  statements: Statements,
  shardId: number,
  { declared }: Shard,
  { merchants }: ShardOutcome,
): Promise<void> {
  const applied = merchants.flatMap(({ name, status }) => {
    const merchant = declared.get(name);
    return merchant === undefined || isFailure(status) ? [] : [{ name, ...merchant }];
  });
  // An integration that is missing, and could not be recreated, no longer has what the last update wrote.
  await statements.query(
    `update ${schema}.merchant set applied_digest = null where shard_id = $1 and name = any($2)`,
    [shardId, merchants.filter(({ status }) => status === "failed").map(({ name }) => name)],
  );
  await statements.query(
    `update ${schema}.merchant
        set applied_digest = applied.digest, held_places = array[applied.place], former_names = '{}', brought_up = true, begun_as = null
       from unnest($2::text[], $3::bytea[], $4::text[]) as applied(name, digest, place)
      where merchant.shard_id = $1 and merchant.name = applied.name`,
    [
      shardId,
      applied.map(({ name }) => name),
      applied.map(({ digest }) => digest),
      applied.map(({ place }) => place),
    ],
  );
}

/** Merchants whose integrations were deleted. The next update would recreate them. */
async function keepEnded(
  statements: Statements,
  shardId: number,
  { merchants }: ShardOutcome,
): Promise<void> {
  const ended = merchants
    .filter(({ status }) => status === "deleted" || status === "missing")
    .map(({ name }) => name);
  await statements.query(
    `update ${schema}.merchant set applied_digest = null, held_places = '{}', brought_up = false
      where shard_id = $1 and (name || former_names) && $2`,
    [shardId, ended],
  );
}

/** Merchants that left before the shard was read, and whose integrations the update has deleted or not found. */
async function forgetLeavers(
  statements: Statements,
  shardId: number,
  { declared, readAt }: Shard,
  { merchants, errors, interrupted }: ShardOutcome,
): Promise<void> {
  const isWhole = errors.length === 0 && !interrupted;
  const named = (status: string) =>
    merchants.filter((each) => each.status === status).map(({ name }) => name);
  // State can have them under any of their names.
  await statements.query(
    `delete from ${schema}.merchant
      where shard_id = $1 and leaving_since <= $6::timestamptz and not ((name || former_names) && $2)
        and ((name || former_names) && $3 or ($4 and not ((name || former_names) && $5)))`,
    [shardId, [...declared.keys()], named("deleted"), isWhole, named("failed"), readAt],
  );
}
