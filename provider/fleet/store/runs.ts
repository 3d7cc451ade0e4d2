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
    `insert into ${schema}.result (run_id, shard_id, merchant, status, properties, message)
     select $1, $2, merchant, status, string_to_array(properties, ','), message
       from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as found(merchant, status, properties, message)
     on conflict (run_id, merchant) do update
       set status = excluded.status, properties = excluded.properties, message = excluded.message, known_at = now()`,
    [
      runId,
      shardId,
      merchants.map(({ name }) => name),
      merchants.map(({ status }) => status),
      // Names of properties have no commas.
      merchants.map(({ properties }) => properties.join(",")),
      merchants.map(({ message }) => message ?? null),
    ],
  );
  if (outcome.operation !== "up") return;
  await keepApplied(statements, shardId, digests, outcome);
  await forgetLeavers(statements, shardId, digests, outcome);
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

/** What a run is to do. */
export async function operationOf(statements: Statements, runId: string): Promise<Operation> {
  const { rows } = await statements.query<{ operation: Operation }>(
    `select operation from ${schema}.run where id = $1`,
    [runId],
  );
  return (rows[0] as { operation: Operation }).operation;
}

/** The progress of a run. */
export interface RunProgress {
  readonly operation: Operation;
  readonly queued: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  /** How many merchants there are of each status as yet. */
  readonly merchants: Readonly<Record<string, number>>;
}

export async function progressOf(statements: Statements, runId: string): Promise<RunProgress> {
  const { rows: states } = await statements.query<{ state: string; shards: number }>(
    `select state, count(*)::integer as shards from ${schema}.run_shard where run_id = $1 group by state`,
    [runId],
  );
  const { rows: statuses } = await statements.query<{ status: string; merchants: number }>(
    `select status, count(*)::integer as merchants from ${schema}.result where run_id = $1 group by status order by status`,
    [runId],
  );
  const shards = Object.fromEntries(states.map((row) => [row.state, row.shards]));
  return {
    operation: await operationOf(statements, runId),
    ...{ queued: 0, running: 0, done: 0, failed: 0, ...shards },
    merchants: Object.fromEntries(statuses.map(({ status, merchants }) => [status, merchants])),
  };
}
