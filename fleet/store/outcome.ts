import { isFailure, type MerchantStatus, notReached, type ShardOutcome } from "../outcome";
import { type Statements, storable } from "./database";
import type { ShardOfRun } from "./queue";
import { schema } from "./schema";
import type { Shard } from "./shards";

/** Stores the results of a shard's merchants and, after an update, what Pinterest has now: see `deployment.ts`. */
export async function storeOutcome(
  statements: Statements,
  job: ShardOfRun,
  shard: Shard,
  found: ShardOutcome,
): Promise<void> {
  const outcome = storable(found);
  await storeResults(statements, job, outcome);
  if (outcome.operation !== "up" && outcome.operation !== "destroy") return;
  const { shardId } = job;
  // After a failure of the shard as a whole, the engine may not have saved its state. State then still has deleted integrations, and a later
  // update deletes them again. Until then, no other merchant may have their external business IDs.
  if (outcome.errors.length > 0) return;
  // The worker was stopped before the engine started. State may still lack what an earlier, interrupted update created.
  if (outcome.interrupted && outcome.merchants.length === 0) return;
  if (outcome.operation === "destroy") await storeDeleted(statements, shardId, outcome);
  else await storeDeployed(statements, shardId, outcome);
  await removeDeletedMerchants(statements, shardId, shard, outcome);
  // If a merchant fails again after an interrupted update, state still lacks the integration that the interrupted one may have created.
  const failedAgain = `is_repeated and ${namedIn("$2")}`;
  await statements.query(
    `delete from ${schema}.deployment using ${schema}.merchant
      where merchant.name = deployment.merchant and shard_id = $1 and not (${failedAgain})`,
    [shardId, namesWith(outcome, isFailure)],
  );
}

/**
 * Stores the results of a shard's merchants. Keeps the changes that an earlier attempt of the run has reported: a later one reports these
 * merchants as unchanged, or does not reach them.
 */
async function storeResults(
  statements: Statements,
  { runId, shardId }: ShardOfRun,
  { merchants }: ShardOutcome,
): Promise<void> {
  await statements.query(
    `insert into ${schema}.result (run_id, shard_id, merchant, status, properties, message, report)
     select $1, $2, name, status, properties, message, report
       from jsonb_to_recordset($3) as found(name text, status text, properties text[], message text, report jsonb)
     on conflict (run_id, merchant) do update
       set status = excluded.status, properties = excluded.properties, message = excluded.message, report = excluded.report,
           known_at = now()
       where result.status not in ('created', 'updated', 'replaced', 'deleted')
          or excluded.status not in ('in-sync', 'unchanged', 'missing') and excluded.message is distinct from $4`,
    [runId, shardId, JSON.stringify(merchants), notReached],
  );
}

/**
 * Whether the update has deleted all integrations that it replaced. The engine deletes integrations last, and none after an interruption. With
 * an SDK before 3.276, it also deletes none after a merchant has failed. State can then have the replaced integrations of a merchant in addition
 * to the current one. A later update deletes them.
 */
function hasDeletedReplaced({ interrupted, merchants }: ShardOutcome): boolean {
  return !interrupted && merchants.every(({ status }) => status !== "failed");
}

/**
 * Stores that merchants have the values of their deployment, unless a list has renamed them since: state has the old names. Merchants whose
 * replaced integrations may not be deleted yet stay pending.
 */
async function storeDeployed(statements: Statements, shardId: number, outcome: ShardOutcome): Promise<void> {
  // An integration that is missing, and could not be recreated, no longer has what the last update wrote.
  await statements.query(
    `update ${schema}.merchant set applied_digest = null where shard_id = $1 and name = any($2)`,
    [shardId, namesWith(outcome, (status) => status === "failed")],
  );
  await statements.query(
    `update ${schema}.merchant
        set applied_digest = deployment.digest, known_integrations = array[deployment.external_business_id], former_names = '{}'
       from ${schema}.deployment
      where shard_id = $1 and merchant.name = any($2) and deployment.merchant = merchant.name and deployment.digest is not null
        and ($3 or known_integrations <@ array[deployment.external_business_id])`,
    [shardId, namesWith(outcome, (status) => !isFailure(status)), hasDeletedReplaced(outcome)],
  );
}

/** Merchants whose integrations were deleted. The next update would recreate them. */
async function storeDeleted(statements: Statements, shardId: number, outcome: ShardOutcome): Promise<void> {
  await statements.query(
    `update ${schema}.merchant set applied_digest = null, known_integrations = '{}'
      where shard_id = $1 and ${namedIn("$2")} and ($3 or cardinality(known_integrations) <= 1)`,
    [
      shardId,
      namesWith(outcome, (status) => status === "deleted" || status === "missing"),
      hasDeletedReplaced(outcome),
    ],
  );
}

/**
 * Removes merchants that left before the shard was read, and whose integrations the update has deleted or not found. If a merchant failed,
 * removes only those with the result "deleted", because the engine can have skipped the other deletions, among them those of integrations that
 * were replaced earlier.
 */
async function removeDeletedMerchants(
  statements: Statements,
  shardId: number,
  { merchants, readAt }: Shard,
  outcome: ShardOutcome,
): Promise<void> {
  await statements.query(
    `delete from ${schema}.merchant
      where shard_id = $1 and leaving_since <= $5::timestamptz and not (${namedIn("$2")})
        and ($4 or ${namedIn("$3")} and cardinality(known_integrations) <= 1)`,
    [
      shardId,
      merchants.map(({ name }) => name),
      namesWith(outcome, (status) => status === "deleted"),
      hasDeletedReplaced(outcome),
      readAt,
    ],
  );
}

/** The SQL condition for merchants that have one of their names in an array. State can have a renamed merchant under any of its names. */
function namedIn(names: string): string {
  return `(merchant.name || former_names) && ${names}`;
}

function namesWith({ merchants }: ShardOutcome, matches: (status: MerchantStatus) => boolean): string[] {
  return merchants.filter(({ status }) => matches(status)).map(({ name }) => name);
}
