import type { DeclaredMerchant } from "../merchants/declared-merchant";
import type { Statements } from "./database";
import type { Task } from "./queue";
import { pendingCondition, schema } from "./schema";
import type { Encryption } from "./settings";
import { type DeclaredRow, declaredMerchant } from "./shards";

/*
 * The deployment of a merchant, from the start of an update until its outcome is stored (`outcome.ts`):
 *
 *     event                                                 row of `deployment`           applied_digest    known_integrations
 *     an update starts                                      added                         null              plus the ID that it deploys
 *     its worker dies, or its shard fails as a whole        stays                         null              stays
 *     the next update starts with the same values           is_repeated                   null              plus the ID that it deploys
 *     the next update starts with other values              is_repeated and outdated      null              plus the ID that it deploys
 *     the update deploys the merchant                       deleted                       the deployed      the deployed ID
 *     the update fails for the merchant                     deleted, unless is_repeated   null              stays
 *     a destroy deletes the integration                     deleted                       null              none
 *     an update deletes that of a leaving merchant          deleted, with the merchant
 *     an update adopts the interrupted integration          stays
 *
 * If the replaced integrations of a merchant may not be deleted yet, `applied_digest` and `known_integrations` stay as the start has set them.
 */

/** The digest of the values that an operation deploys for a merchant; null if it deletes the integration. */
function deployedDigest({ operation }: Task): string {
  return operation === "destroy"
    ? "null"
    : "case when merchant.leaving_since is null then merchant.digest end";
}

/**
 * Records before an update which merchants it can change at Pinterest, and the values that it deploys: the pending ones or, for a destroy or
 * a refresh, all. Until the outcome is stored, they are pending, and keep the integrations that they may have by then.
 *
 * @param namesToAdopt names of merchants whose record stays, because the update deploys the values of their interrupted deployment.
 */
export async function startDeployment(
  statements: Statements,
  shardId: number,
  task: Task,
  namesToAdopt: readonly string[],
): Promise<void> {
  const deployedCondition = `shard_id = $1 and name <> all($2) and ($3 or ${pendingCondition})`;
  const values = [shardId, namesToAdopt, task.operation === "destroy" || task.refresh];
  await statements.query(
    `insert into ${schema}.deployment (merchant, name, external_business_id, account, fields, encrypted_secrets, digest)
     select name, name, external_business_id, account, fields, encrypted_secrets, ${deployedDigest(task)} from ${schema}.merchant where ${deployedCondition}
     on conflict (merchant) do update
       set is_repeated = true, state_is_outdated = deployment.state_is_outdated or deployment.digest is distinct from excluded.digest, name = excluded.name,
           external_business_id = excluded.external_business_id, account = excluded.account, fields = excluded.fields,
           encrypted_secrets = excluded.encrypted_secrets, digest = excluded.digest`,
    values,
  );
  await statements.query(
    `update ${schema}.merchant
        set applied_digest = null,
            known_integrations = known_integrations || case when leaving_since is null and external_business_id <> all(known_integrations)
                                                            then array[external_business_id] else '{}' end
      where ${deployedCondition}`,
    values,
  );
}

/** A merchant of an interrupted update, if the next update deploys other values. */
export interface InterruptedDeployment {
  /** Its current name. */
  readonly name: string;
  /** The digest of the values that the update deployed; null if it deleted the integration. */
  readonly digest: string | null;
  /** The merchant with these values; undefined if the update deleted the integration. */
  readonly deployed: DeclaredMerchant | undefined;
}

/**
 * The interrupted deployments of a shard whose values differ from those that an operation would deploy now. State may then be outdated, and
 * may lack integrations that were created.
 */
export async function interruptedDeployments(
  statements: Statements,
  shardId: number,
  task: Task,
  encryption: Encryption,
): Promise<InterruptedDeployment[]> {
  const { rows } = await statements.query<DeclaredRow & { current_name: string; digest: string | null }>(
    `select merchant as current_name, deployment.name, deployment.external_business_id, deployment.account, deployment.fields,
            deployment.encrypted_secrets, deployment.digest::text, merchant.former_names
       from ${schema}.deployment join ${schema}.merchant on merchant.name = deployment.merchant
      where merchant.shard_id = $1 and (deployment.digest is distinct from ${deployedDigest(task)} or state_is_outdated) order by merchant`,
    [shardId],
  );
  return rows.map(({ current_name: name, digest, ...row }) => ({
    name,
    digest,
    deployed: digest === null ? undefined : declaredMerchant(row, encryption, name),
  }));
}
