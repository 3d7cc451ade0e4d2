import { counted, firstOf } from "../../cli/text/words";
import { ownCommand } from "../../provider/api/own-package";
import { FleetError } from "../fleet-error";
import type { Statements } from "../store/database";
import { unfinishedOffboardings } from "../store/merchants";
import { integrationKeyOf, schema } from "../store/schema";

import { isRenamed, listed } from "./list";

/** Number of merchants that a message names. */
const listedAtMost = 20;

export interface ShrinkOptions {
  /** The share of the fleet's merchants, from 0 to 1, that a list may delete or replace without confirmation. */
  readonly shrinkLimit: number;
  /** Accept a list above the limit. */
  readonly confirmed?: boolean;
}

/** A merchant whose integration a list would delete or replace. */
interface Loss {
  readonly name: string;
  readonly kind: "missing" | "replaced" | "leaving";
  /** Whether it can have an integration: from the start of its first update. */
  readonly isConnected: boolean;
  /** Number of the fleet's merchants. */
  readonly known: number;
}

/**
 * Refuses a list that would delete or replace too many integrations, for example because it is incomplete or its columns are mixed up.
 *
 * @throws FleetError above the limit.
 */
export async function assertShrinkLimit(
  statements: Statements,
  { shrinkLimit, confirmed = false }: ShrinkOptions,
): Promise<void> {
  if (confirmed) return;
  const { rows: lost } = await statements.query<Loss>(
    `select *, (select count(*)::integer from ${schema}.merchant) as known
       from (select name, known_integrations <> '{}' as "isConnected",
                    case when not exists (select from ${listed} where listed.name = merchant.name)
                           and not exists (select from ${listed} where ${isRenamed})
                         then case when leaving_since is null then 'missing' else 'leaving' end
                         when known_integrations <> '{}' and exists (
                           select from ${listed} where listed.name = merchant.name and ${integrationKeyOf("listed")} <> all(known_integrations))
                         then 'replaced' end as kind
               from ${schema}.merchant) as compared
      where kind is not null order by name`,
  );
  const { missing = [], replaced = [], leaving = [] } = Object.groupBy(lost, ({ kind }) => kind);
  // If this list deletes and replaces nothing, there is nothing to confirm.
  const names = [...missing, ...replaced].map(({ name }) => `'${name}'`);
  const known = lost[0]?.known ?? 0;
  if (names.length === 0 || lost.length <= known * shrinkLimit) return;
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
  const parts = [
    ...(missing.length > 0 ? [`${missing.length} missing from the list`] : []),
    ...(replaced.length > 0 ? [`${replaced.length} with another integration or account`] : []),
    ...(leaving.length > 0 ? [`${leaving.length} missing from earlier lists`] : []),
  ];
  const connected = lost.filter(({ isConnected }) => isConnected).length;
  throw new FleetError(
    `the list would remove or replace ${lost.length} of the fleet's ${known} merchants (${percent(lost.length / known)}), more than the limit of ` +
      `${percent(shrinkLimit)}: ${parts.join(", ")} (${firstOf(names, listedAtMost)}). ` +
      `${connected === 0 ? "" : `The next update would delete up to ${counted(connected, "integration")}. `}Nothing was changed. ` +
      "If this is intended, add --confirm-shrink. Otherwise, check the source of the list",
  );
}

/**
 * Refuses a list while merchants are being offboarded.
 *
 * @throws FleetError
 */
export async function assertNothingUnfinished(statements: Statements): Promise<void> {
  const found = await unfinishedOffboardings(statements);
  if (found.length === 0) return;
  const lines = found.slice(0, listedAtMost).map((each) => `  ${each}`);
  throw new FleetError(
    `the list was not stored: these offboardings are not finished. Wait until they end, or complete the interrupted ones:\n${lines.join("\n")}`,
  );
}

/**
 * Refuses to give a new merchant the name under which state still has another merchant's resource.
 *
 * @throws FleetError
 */
export async function assertNoFormerNames(statements: Statements): Promise<void> {
  const { rows } = await statements.query<{ wanted: string; held: string }>(
    `select listed.name as wanted, merchant.name as held
       from ${listed} join ${schema}.merchant on listed.name = any(former_names) and merchant.name <> listed.name
      where not exists (select from ${schema}.merchant as known where known.name = listed.name)
        and not (${isRenamed})
      order by position limit ${listedAtMost}`,
  );
  if (rows.length === 0) return;
  const lines = rows.map(({ wanted, held }) => `  '${wanted}' is the former name of '${held}'`);
  throw new FleetError(
    `the list uses names that other merchants had at the last update. Nothing was changed:\n${lines.join("\n")}\n` +
      `Deploy the new names first (\`${ownCommand} fleet up\`), then plan this list again`,
  );
}

/**
 * Refuses to give a merchant an integration that another one still has in the list or at Pinterest. If the other merchant's shard were
 * updated later, it would delete the integration.
 *
 * @throws FleetError
 */
export async function assertIntegrationsFree(statements: Statements): Promise<void> {
  const { rows } = await statements.query<{ id: string; wanted: string; held: string }>(
    `select listed.external_business_id as id, listed.name as wanted, merchant.name as held
       from ${listed} join ${schema}.merchant
         on ${integrationKeyOf("listed")} = ${integrationKeyOf("merchant")} or ${integrationKeyOf("listed")} = any(known_integrations)
      where merchant.name <> listed.name and not (${isRenamed})
      order by position limit ${listedAtMost}`,
  );
  if (rows.length === 0) return;
  const lines = rows.map(({ id, wanted, held }) => `  '${id}' of '${wanted}' still belongs to '${held}'`);
  throw new FleetError(
    `the list assigns integrations that still belong to other merchants. Nothing was changed:\n${lines.join("\n")}\n` +
      "If only names change, first deploy a list in which one of the merchants has an unused name, then this list: the integrations stay. " +
      "If the integrations change owners, first deploy a list without them, which deletes them at Pinterest, then this list",
  );
}
