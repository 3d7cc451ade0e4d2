import { FleetError } from "../fleet-error";
import { InvalidMerchants, type Merchant } from "../merchants/merchant";
import { type Statements, storable } from "../store/database";
import { schema } from "../store/schema";
import type { Encryption } from "../store/settings";

/** Number of merchants in one INSERT. */
const batchSize = 1_000;

/** Number of duplicates that a message names. */
const listedAtMost = 20;

/** The list during the transaction that compares it. It is in PostgreSQL, so that its length does not matter. */
export const listed = "pg_temp.listed";

/**
 * Whether a merchant of the list and one of the fleet are one merchant with a new name. As a new and a leaving merchant they could be in
 * different shards, and one would delete the integration that the other has just adopted.
 */
export const isRenamed = `
  merchant.external_business_id = listed.external_business_id and merchant.account = listed.account and merchant.name <> listed.name
  and not exists (select from ${schema}.merchant as known where known.name = listed.name)
  and not exists (select from ${listed} as other where other.name = merchant.name)`;

/**
 * Writes a list into a temporary table of the transaction.
 *
 * @returns the number of merchants.
 * @throws FleetError if two merchants have the same name or integration; InvalidMerchants if some are not valid.
 */
export async function stageList(
  statements: Statements,
  merchants: AsyncIterable<Merchant>,
  encryption: Encryption,
): Promise<number> {
  await statements.query(`
    create temporary table listed (
      position integer primary key, name text not null, external_business_id text not null, account text not null,
      fields jsonb not null, encrypted_secrets bytea, digest bytea not null
    ) on commit drop`);
  let position = 0;
  let batch: unknown[][] = [];
  const write = async () => {
    const columns = (batch[0] ?? []).map((_, column) => batch.map((row) => row[column]));
    await statements.query(
      `insert into ${listed}
       select * from unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::bytea[], $7::bytea[])`,
      columns,
    );
    batch = [];
  };
  let invalid: InvalidMerchants | undefined;
  try {
    for await (const merchant of merchants) {
      position += 1;
      batch.push([position, ...rowOf(merchant, encryption)]);
      if (batch.length === batchSize) await write();
    }
  } catch (error) {
    if (!(error instanceof InvalidMerchants)) throw error;
    invalid = error;
  }
  if (batch.length > 0) await write();
  await statements.query(`analyze ${listed}`);
  const duplicates = await duplicatesText(statements);
  // Report both kinds of problems at once, so that one correction is enough.
  if (invalid !== undefined) {
    throw duplicates === undefined ? invalid : new InvalidMerchants(`${invalid.message}\n${duplicates}`);
  }
  if (duplicates !== undefined) throw new FleetError(duplicates);
  return position;
}

function rowOf(
  { name, externalBusinessId, account, fields, secrets }: Merchant,
  encryption: Encryption,
): unknown[] {
  const digest = encryption.digest(JSON.stringify([externalBusinessId, account ?? "", fields, secrets]));
  const encrypted = encryption.encrypt(secrets, name);
  return [name, externalBusinessId, account ?? "", JSON.stringify(storable(fields)), encrypted, digest];
}

/** The duplicates of the list. */
async function duplicatesText(statements: Statements): Promise<string | undefined> {
  const { rows } = await statements.query<{ what: string }>(
    `select format('  the name ''%s'' appears %s times', name, count(*)) as what
       from ${listed} group by name having count(*) > 1
     union all
     select format('  the integration ''%s'' of %s belongs to %s', external_business_id,
                   case account when '' then 'the default account' else 'account ''' || account || '''' end,
                   string_agg('''' || name || '''', ' and ' order by position))
       from ${listed} group by external_business_id, account having count(distinct name) > 1
     limit ${listedAtMost}`,
  );
  return rows.length === 0
    ? undefined
    : `the merchant list contains duplicates. Nothing was changed:\n${rows.map(({ what }) => what).join("\n")}`;
}
