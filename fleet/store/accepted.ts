import type { AcceptedDrift } from "../../stack/report";
import type { Statements } from "./database";
import { schema } from "./schema";

/** The drift that the fleet accepts, with an entry for each merchant. */
export async function readAccepted(statements: Statements): Promise<AcceptedDrift[]> {
  const { rows } = await statements.query<AcceptedDrift & { property: string }>(
    `select array[merchant] as merchants, property, pinterest, reason, author as by, until::text as until
       from ${schema}.accepted_drift order by merchant, property`,
  );
  return rows.map(({ property, pinterest, ...entry }) =>
    property === "" ? entry : { ...entry, property, pinterest },
  );
}

/** Stores an entry instead of earlier ones about the same merchants and property. */
export async function storeAccepted(
  statements: Statements,
  { merchants, property = "", pinterest, reason, by, until }: AcceptedDrift,
): Promise<void> {
  await statements.query(
    `insert into ${schema}.accepted_drift (merchant, property, pinterest, reason, author, until)
     select name, $2, $3, $4, $5, $6 from ${schema}.merchant where name = any($1)
     on conflict (merchant, property) do update
       set pinterest = excluded.pinterest, reason = excluded.reason, author = excluded.author, until = excluded.until`,
    [merchants, property, JSON.stringify(pinterest ?? null), reason, by, until],
  );
}

/** Deletes all entries about merchants. Returns their number. */
export async function withdrawAccepted(
  statements: Statements,
  merchants: readonly string[],
): Promise<number> {
  const { rowCount } = await statements.query(
    `delete from ${schema}.accepted_drift where merchant = any($1)`,
    [merchants],
  );
  return rowCount ?? 0;
}
