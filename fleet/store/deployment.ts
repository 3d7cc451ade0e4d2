import type { RunShard, Task } from "../runs";
import { isFailure, type ShardOutcome } from "../shard/outcome";
import { type Statements, storable } from "./database";
import { storeResults } from "./results";
import { integrationKeyOf, isPending, schema } from "./schema";
import type { Encryption } from "./settings";
import { type Declaration, type DeclaredRow, declarationOf, type Shard } from "./shards";

/**
 * Records before an update which merchants it can change at Pinterest, and the values that it deploys: the pending ones or, for a destroy or
 * a refresh, all. Until the outcome is stored, they are pending, and keep the integrations that they may have by then.
 *
 * @param except merchants whose earlier, interrupted deployment is repeated.
 */
export async function startDeployment(
  statements: Statements,
  shardId: number,
  { operation, refresh }: Task,
  except: readonly string[],
): Promise<void> {
  const isDestroy = operation === "destroy";
  const isDeployed = `shard_id = $1 and name <> all($2) and ($3 or ${isPending})`;
  const values = [shardId, except, isDestroy || refresh];
  const digest = isDestroy ? "null" : "case when leaving_since is null then digest end";
  await statements.query(
    `insert into ${schema}.deployment (merchant, name, external_business_id, account, fields, encrypted_secrets, digest)
     select name, name, external_business_id, account, fields, encrypted_secrets, ${digest} from ${schema}.merchant where ${isDeployed}
     on conflict (merchant) do update
       set state_is_outdated = deployment.state_is_outdated or deployment.digest is distinct from excluded.digest, name = excluded.name,
           external_business_id = excluded.external_business_id, account = excluded.account, fields = excluded.fields,
           encrypted_secrets = excluded.encrypted_secrets, digest = excluded.digest`,
    values,
  );
  await statements.query(`update ${schema}.merchant set applied_digest = null where ${isDeployed}`, values);
  await statements.query(
    `update ${schema}.merchant set known_integrations = known_integrations || ${integrationKeyOf("merchant")}
      where ${isDeployed} and leaving_since is null and ${integrationKeyOf("merchant")} <> all(known_integrations)`,
    values,
  );
}

/** Prevents lists from being planned until the transaction ends. */
export async function lockPlan(statements: Statements): Promise<void> {
  await statements.query(`lock table ${schema}.merchant in row exclusive mode`);
}

/** A merchant's part in an update that was interrupted, if the next update deploys something else. */
export interface InterruptedDeployment {
  /** Its current name. */
  readonly name: string;
  /** The values that the update deployed; undefined if it deleted the integration. */
  readonly declaration: Declaration | undefined;
}

/**
 * The interrupted deployments of a shard whose values differ from those that an operation would deploy now. State may then be outdated, and
 * may lack integrations that were created.
 *
 * @throws FleetError if secrets cannot be decrypted.
 */
export async function interruptedDeployments(
  statements: Statements,
  shardId: number,
  { operation }: Task,
  encryption: Encryption,
): Promise<InterruptedDeployment[]> {
  const digest =
    operation === "destroy" ? "null" : "case when merchant.leaving_since is null then merchant.digest end";
  const { rows } = await statements.query<DeclaredRow & { current_name: string; digest: Buffer | null }>(
    `select merchant as current_name, deployment.name, deployment.external_business_id, deployment.account, deployment.fields,
            deployment.encrypted_secrets, deployment.digest, merchant.former_names
       from ${schema}.deployment join ${schema}.merchant on merchant.name = deployment.merchant
      where merchant.shard_id = $1 and (deployment.digest is distinct from ${digest} or state_is_outdated) order by merchant`,
    [shardId],
  );
  return rows.map(({ current_name: name, digest, ...row }) => ({
    name,
    declaration: digest === null ? undefined : declarationOf({ ...row, digest }, encryption, name),
  }));
}

/** Stores the results of a shard's merchants and, after an update, what Pinterest has now. */
export async function storeOutcome(
  statements: Statements,
  job: RunShard,
  shard: Shard,
  found: ShardOutcome,
): Promise<void> {
  const outcome = storable(found);
  const { shardId } = job;
  await storeResults(statements, job, outcome);
  if (outcome.operation !== "up" && outcome.operation !== "destroy") return;
  // After a failure of the shard as a whole, the engine may not have saved its state.
  const isStateSaved = outcome.errors.length === 0;
  if (outcome.operation === "destroy") await storeDeleted(statements, shardId, outcome);
  else if (isStateSaved) await storeDeployed(statements, shardId, shard, outcome);
  await removeDeletedMerchants(statements, shardId, shard, outcome);
  if (!isStateSaved) return;
  await statements.query(
    `delete from ${schema}.deployment using ${schema}.merchant
      where merchant.name = deployment.merchant and shard_id = $1`,
    [shardId],
  );
}

async function storeDeployed(
  statements: Statements,
  shardId: number,
  { declarations }: Shard,
  { merchants }: ShardOutcome,
): Promise<void> {
  const failed = merchants.filter(({ status }) => isFailure(status)).map(({ name }) => name);
  const reported = new Set(merchants.map(({ name }) => name));
  const deployed = declarations.filter(
    ({ merchant: { name } }) => reported.has(name) && !failed.includes(name),
  );
  // An integration that is missing, and could not be recreated, no longer has what the last update wrote.
  await statements.query(
    `update ${schema}.merchant set applied_digest = null where shard_id = $1 and name = any($2)`,
    [shardId, merchants.filter(({ status }) => status === "failed").map(({ name }) => name)],
  );
  await statements.query(
    `update ${schema}.merchant
        set applied_digest = applied.digest, known_integrations = array[${integrationKeyOf("applied")}], former_names = '{}'
       from unnest($2::text[], $3::bytea[], $4::text[], $5::text[]) as applied(name, digest, external_business_id, account)
      where merchant.shard_id = $1 and merchant.name = applied.name`,
    [
      shardId,
      deployed.map(({ merchant: { name } }) => name),
      deployed.map(({ digest }) => digest),
      deployed.map((declaration) => argumentOf(declaration, "externalBusinessId")),
      deployed.map((declaration) => argumentOf(declaration, "account")),
    ],
  );
}

function argumentOf({ merchant }: Declaration, name: "externalBusinessId" | "account"): string {
  return String(merchant.arguments[name] ?? "");
}

/** Merchants whose integrations were deleted. The next update would recreate them. */
async function storeDeleted(
  statements: Statements,
  shardId: number,
  { merchants }: ShardOutcome,
): Promise<void> {
  const deleted = merchants
    .filter(({ status }) => status === "deleted" || status === "missing")
    .map(({ name }) => name);
  await statements.query(
    `update ${schema}.merchant set applied_digest = null, known_integrations = '{}'
      where shard_id = $1 and (name || former_names) && $2`,
    [shardId, deleted],
  );
}

/** Removes merchants that left before the shard was read, and whose integrations the update has deleted or not found. */
async function removeDeletedMerchants(
  statements: Statements,
  shardId: number,
  { declarations, readAt }: Shard,
  { merchants, errors, interrupted }: ShardOutcome,
): Promise<void> {
  const isComplete = errors.length === 0 && !interrupted;
  const named = (status: string) =>
    merchants.filter((each) => each.status === status).map(({ name }) => name);
  // State can have them under any of their names.
  await statements.query(
    `delete from ${schema}.merchant
      where shard_id = $1 and leaving_since <= $6::timestamptz and not ((name || former_names) && $2)
        and ((name || former_names) && $3 or ($4 and not ((name || former_names) && $5)))`,
    [
      shardId,
      declarations.map(({ merchant }) => merchant.name),
      named("deleted"),
      isComplete,
      named("failed"),
      readAt,
    ],
  );
}
