import { FleetError } from "../fleet-error";
import type { Statements } from "../store/database";
import { schema } from "../store/migrations";
import { isRenamed, listed } from "./listed";

/** As many merchants are named at once. */
const toldAtMost = 20;

export interface ShrinkOptions {
  /** The share of the fleet's merchants, from 0 to 1, that a list may lack without being confirmed. */
  readonly shrinkLimit: number;
  /** That a list which lacks more is meant so. */
  readonly confirmed?: boolean;
}

/**
 * Keeps a list that was cut short from ending connections.
 *
 * @throws FleetError where it lacks more than it may.
 */
export async function refuseShrinking(
  statements: Statements,
  { shrinkLimit, confirmed = false }: ShrinkOptions,
): Promise<void> {
  const { rows } = await statements.query<{ known: number; missing: number }>(
    `select count(*)::integer as known,
            (count(*) filter (where not exists (select from ${listed} where listed.name = merchant.name)
                                and not exists (select from ${listed} where ${isRenamed})))::integer as missing
       from ${schema}.merchant where leaving_since is null`,
  );
  const { known, missing } = rows[0] as { known: number; missing: number };
  if (confirmed || missing <= known * shrinkLimit) return;
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
  throw new FleetError(
    `the list lacks ${missing} of the fleet's ${known} merchants (${percent(missing / known)}), whose connections to Pinterest the next update ` +
      `would end; unconfirmed, ${percent(shrinkLimit)} may leave at once. Nothing was changed. Where that is meant, say --confirm-shrink; ` +
      "where it is not, look at where the list comes from",
  );
}

/**
 * Keeps a newcomer from the name by which another merchant's resource is still to be found.
 *
 * @throws FleetError
 */
export async function refuseFormerNames(statements: Statements): Promise<void> {
  const { rows } = await statements.query<{ wanted: string; held: string }>(
    `select listed.name as wanted, merchant.name as held
       from ${listed} join ${schema}.merchant on listed.name = any(former_names) and merchant.name <> listed.name
      where not exists (select from ${schema}.merchant as known where known.name = listed.name)
        and not (${isRenamed})
      order by position limit ${toldAtMost}`,
  );
  if (rows.length === 0) return;
  const told = rows.map(({ wanted, held }) => `  '${wanted}' is what '${held}' was called`);
  throw new FleetError(
    `the list gives merchants names that others had at the last update, and nothing was changed:\n${told.join("\n")}\n` +
      "Bring the renaming up first (`pulumi-pinterest fleet up`); then this list",
  );
}

/**
 * Keeps a merchant from getting the integration that another one still has: in another shard, whose update may come later, that one would
 * end it.
 *
 * @throws FleetError
 */
export async function refuseTakenPlaces(statements: Statements): Promise<void> {
  const { rows } = await statements.query<{ id: string; wanted: string; held: string }>(
    `select listed.external_business_id as id, listed.name as wanted, merchant.name as held
       from ${listed} join ${schema}.merchant using (external_business_id, account)
      where merchant.name <> listed.name and not (${isRenamed})
      order by position limit ${toldAtMost}`,
  );
  if (rows.length === 0) return;
  const told = rows.map(({ id, wanted, held }) => `  '${id}' goes to '${wanted}', and is that of '${held}'`);
  throw new FleetError(
    `the list gives merchants integrations that others still have, and nothing was changed:\n${told.join("\n")}\n` +
      "Take it in two steps: first a list in which nobody has these integrations, and an update; then this one",
  );
}
