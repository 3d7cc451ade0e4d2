import type { RunShard, Task } from "../runs";
import type { Statements } from "./database";
import type { Encryption } from "./encryption";
import { isPending, isReplacedBy, ownIntegrationKey, schema } from "./schema";
import { type Declaration, type DeclaredRow, declarationOf } from "./shards";

/**
 * Records before an update which merchants it can change at Pinterest, and the values that it deploys: the pending ones or, for a destroy or
 * a refresh, all. Until the outcome is stored, they are pending, and keep the integrations that they may have by then.
 *
 * @param except merchants whose earlier, interrupted deployment is still unknown.
 */
export async function startDeployment(
  statements: Statements,
  { runId, shardId }: RunShard,
  { operation, refresh }: Task,
  except: readonly string[],
): Promise<void> {
  const isDestroy = operation === "destroy";
  const isDeployed = `shard_id = $1 and name <> all($2) and ($3 or ${isPending})`;
  const values = [shardId, except, isDestroy || refresh];
  const change = isDestroy
    ? "case when deployed then 'deleted' end"
    : `case when leaving_since is not null or digest is not distinct from applied_digest then null
            when not deployed then 'created'
            when ${isReplacedBy("merchant")} then 'replaced'
            else 'updated' end`;
  const digest = isDestroy ? "null" : "case when leaving_since is null then digest end";
  await statements.query(
    `insert into ${schema}.deployment (merchant, run_id, change, name, external_business_id, account, fields, encrypted_secrets, digest)
     select name, $4, ${change}, name, external_business_id, account, fields, encrypted_secrets, ${digest}
       from ${schema}.merchant where ${isDeployed}
     on conflict (merchant) do update
       -- In the first attempt of a run, the merchant was not deployed yet.
       set change = case when deployment.run_id = excluded.run_id then deployment.change else excluded.change end,
           state_is_outdated = deployment.state_is_outdated or deployment.digest is distinct from excluded.digest,
           run_id = excluded.run_id, name = excluded.name, external_business_id = excluded.external_business_id,
           account = excluded.account, fields = excluded.fields, encrypted_secrets = excluded.encrypted_secrets, digest = excluded.digest`,
    [...values, runId],
  );
  await statements.query(`update ${schema}.merchant set applied_digest = null where ${isDeployed}`, values);
  await statements.query(
    `update ${schema}.merchant set known_integrations = known_integrations || ${ownIntegrationKey}
      where ${isDeployed} and leaving_since is null and ${ownIntegrationKey} <> all(known_integrations)`,
    values,
  );
}

/** Prevents that a list is planned until the end of the transaction. */
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

/** Removes deployments whose outcome is known. */
export async function endDeployment(
  statements: Statements,
  shardId: number,
  except: readonly string[],
): Promise<void> {
  await statements.query(
    `delete from ${schema}.deployment using ${schema}.merchant
      where merchant.name = deployment.merchant and shard_id = $1 and merchant.name <> all($2)`,
    [shardId, except],
  );
}
