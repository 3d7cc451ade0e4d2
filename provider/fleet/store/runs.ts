import type { Operation, ShardOutcome } from "../shard/outcome";
import type { Statements } from "./database";
import { schema } from "./migrations";
import type { Shard } from "./shard";

/** A shard of a run. */
export interface RunShard {
  readonly runId: string;
  readonly shardId: number;
}

/** Writes down what is to be done with which shards. */
export async function addRun(
  statements: Statements,
  operation: Operation,
  shardIds: readonly number[],
): Promise<string> {
  const { rows } = await statements.query<{ id: string }>(
    `insert into ${schema}.run (operation) values ($1) returning id`,
    [operation],
  );
  const { id } = rows[0] as { id: string };
  await statements.query(
    `insert into ${schema}.run_shard (run_id, shard_id) select $1, unnest($2::integer[])`,
    [id, shardIds],
  );
  return id;
}

/** Says that a worker has begun with a shard. */
export async function begin(
  statements: Statements,
  { runId, shardId }: RunShard,
  worker: string,
): Promise<void> {
  await statements.query(
    `update ${schema}.run_shard set state = 'running', attempts = attempts + 1, worker = $3, started_at = now(), ended_at = null, errors = '{}'
      where run_id = $1 and shard_id = $2`,
    [runId, shardId, worker],
  );
}

/** Says how an attempt at a shard ended. */
export async function end(
  statements: Statements,
  { runId, shardId }: RunShard,
  state: "queued" | "done" | "failed",
  errors: readonly string[] = [],
): Promise<void> {
  await statements.query(
    `update ${schema}.run_shard set state = $3, ended_at = now(), errors = $4 where run_id = $1 and shard_id = $2`,
    [runId, shardId, state, errors],
  );
}

/** Keeps what became of a shard's merchants, and, after an update, what is at Pinterest now. */
export async function keepOutcome(
  statements: Statements,
  { runId, shardId }: RunShard,
  { digests }: Shard,
  outcome: ShardOutcome,
): Promise<void> {
  const { merchants } = outcome;
  await statements.query(
    `insert into ${schema}.result (run_id, shard_id, merchant, status, properties, message, report)
     select $1, $2, merchant, status, string_to_array(properties, ','), message, report
       from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[]) as found(merchant, status, properties, message, report)
     on conflict (run_id, merchant) do update
       set status = excluded.status, properties = excluded.properties, message = excluded.message, report = excluded.report,
           known_at = now()`,
    [
      runId,
      shardId,
      merchants.map(({ name }) => name),
      merchants.map(({ status }) => status),
      // Names of properties have no commas.
      merchants.map(({ properties }) => properties.join(",")),
      merchants.map(({ message }) => message ?? null),
      merchants.map(({ report }) => (report === undefined ? null : JSON.stringify(report))),
    ],
  );
  await statements.query(`update ${schema}.run_shard set report = $3 where run_id = $1 and shard_id = $2`, [
    runId,
    shardId,
    outcome.report === undefined ? null : JSON.stringify(outcome.report),
  ]);
  if (outcome.operation === "up") await keepApplied(statements, shardId, digests, outcome);
  if (outcome.operation === "destroy") await keepEnded(statements, shardId, outcome);
  if (outcome.operation === "up" || outcome.operation === "destroy") {
    await forgetLeavers(statements, shardId, digests, outcome);
  }
}

async function keepApplied(
  statements: Statements,
  shardId: number,
  digests: Shard["digests"],
  { merchants }: ShardOutcome,
): Promise<void> {
  const applied = merchants
    .filter(({ name, status }) => status !== "failed" && digests.has(name))
    .map(({ name }) => name);
  await statements.query(
    `update ${schema}.merchant set applied_digest = applied.digest, former_names = '{}'
       from unnest($2::text[], $3::bytea[]) as applied(name, digest)
      where merchant.shard_id = $1 and merchant.name = applied.name`,
    [shardId, applied, applied.map((name) => digests.get(name))],
  );
}

/** Whose connections were ended: the next update would make them anew. */
async function keepEnded(
  statements: Statements,
  shardId: number,
  { merchants }: ShardOutcome,
): Promise<void> {
  const ended = merchants
    .filter(({ status }) => status === "deleted" || status === "gone")
    .map(({ name }) => name);
  await statements.query(
    `update ${schema}.merchant set applied_digest = null where shard_id = $1 and name = any($2)`,
    [shardId, ended],
  );
}

/** Those who left before the update began, and whose connections it has ended, or found none of. */
async function forgetLeavers(
  statements: Statements,
  shardId: number,
  digests: Shard["digests"],
  { merchants, errors, interrupted }: ShardOutcome,
): Promise<void> {
  const isWhole = errors.length === 0 && !interrupted;
  const named = (status: string) =>
    merchants.filter((each) => each.status === status).map(({ name }) => name);
  await statements.query(
    `delete from ${schema}.merchant
      where shard_id = $1 and leaving_since is not null and name <> all($2)
        and (name = any($3) or ($4 and name <> all($5)))`,
    [shardId, [...digests.keys()], named("deleted"), isWhole, named("failed")],
  );
}
