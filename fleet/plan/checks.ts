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

interface Losses {
  readonly known: number;
  readonly missing: number;
  readonly leaving: number;
  readonly replaced: number;
  /** Number of those merchants that can have an integration, which would be deleted. */
  readonly connected: number;
  /** The first merchants that the list omits or replaces. */
  readonly names: readonly string[];
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
  const { rows } = await statements.query<Losses>(
    `select count(*)::integer as known,
            (count(*) filter (where leaves and leaving_since is null))::integer as missing,
            (count(*) filter (where leaves and leaving_since is not null))::integer as leaving,
            (count(*) filter (where replaced))::integer as replaced,
            (count(*) filter (where (leaves or replaced) and known_integrations <> '{}'))::integer as connected,
            coalesce((array_agg(name order by name) filter (where replaced or leaves and leaving_since is null))[:${listedAtMost}], '{}') as names
       from (select name, leaving_since, known_integrations,
                    not exists (select from ${listed} where listed.name = merchant.name)
                      and not exists (select from ${listed} where ${isRenamed}) as leaves,
                    known_integrations <> '{}' and exists (
                      select from ${listed} where listed.name = merchant.name and ${integrationKeyOf("listed")} <> all(known_integrations)) as replaced
               from ${schema}.merchant) as compared`,
  );
  const { known, missing, leaving, replaced, connected, names } = rows[0] as Losses;
  const lost = missing + leaving + replaced;
  // If this list deletes and replaces nothing, there is nothing to confirm.
  if (missing + replaced === 0 || lost <= known * shrinkLimit) return;
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
  const parts = [
    ...(missing > 0 ? [`${missing} missing from the list`] : []),
    ...(replaced > 0 ? [`${replaced} with another integration or account`] : []),
    ...(leaving > 0 ? [`${leaving} missing from earlier lists`] : []),
  ];
  throw new FleetError(
    `the list would remove or replace ${lost} of the fleet's ${known} merchants (${percent(lost / known)}), more than the limit of ` +
      `${percent(shrinkLimit)}: ${parts.join(", ")} (${namesText(names, missing + replaced)}).${connectedText(connected)} Nothing was changed. ` +
      "If this is intended, add --confirm-shrink. Otherwise, check the source of the list",
  );
}

function namesText(names: readonly string[], count: number): string {
  const named = names.map((name) => `'${name}'`).join(", ");
  return count > names.length ? `${named} and ${count - names.length} more` : named;
}

/** An upper limit: a merchant counts as soon as an update has tried to create its integration. */
function connectedText(count: number): string {
  if (count === 0) return "";
  return ` The next update would delete ${count === 1 ? "up to 1 integration" : `up to ${count} integrations`}.`;
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
