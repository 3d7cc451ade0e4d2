import { isSecretField } from "../../provider/api";
import { accountInWords, firstOf } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { counted } from "../../provider/base/words";
import { FleetError } from "../fleet-error";
import { InvalidMerchants, type Merchant } from "../merchants/merchant";
import type { Statements } from "../store/database";
import { unfinishedOffboardings } from "../store/merchants";
import { schema } from "../store/schema";
import type { Encryption } from "../store/settings";

/** Number of merchants that a message names. */
const namedAtMost = 20;

/** The list, in a temporary table of the transaction that compares it with the merchants, so that its length does not matter. */
export const newList = "pg_temp.new_list";

/**
 * SQL: whether a row of the list gives a merchant a new name, and possibly another account. Without this check, the old name would leave and the
 * new one would be added, perhaps in another shard, and one would delete the integration that the other has just adopted.
 *
 * Fleet: north = id-1, south = id-2. List: "north shop" = id-1, south = id-2. Only "north shop" renames a merchant, which is north.
 */
export const renamedCondition = `
  merchant.external_business_id = new_list.external_business_id and merchant.name <> new_list.name
  and not exists (select from ${schema}.merchant as known where known.name = new_list.name)
  and not exists (select from ${newList} as other where other.name = merchant.name)`;

/** Stages a list, and returns its length. @throws FleetError if merchants are not valid, or two have the same name or integration. */
export async function stageList(
  statements: Statements,
  merchants: AsyncIterable<Merchant>,
  encryption: Encryption,
): Promise<number> {
  await statements.query(`
    create temporary table new_list (
      position integer primary key, name text not null, external_business_id text not null, account text not null,
      fields jsonb not null, encrypted_secrets bytea, digest bytea not null
    ) on commit drop`);
  let position = 0;
  let batch: unknown[][] = [];
  const write = async () => {
    const columns = (batch[0] ?? []).map((_, column) => batch.map((row) => row[column]));
    await statements.query(
      `insert into ${newList}
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
      if (batch.length === 1_000) await write();
    }
  } catch (error) {
    if (!(error instanceof InvalidMerchants)) throw error;
    invalid = error;
  }
  if (batch.length > 0) await write();
  await statements.query(`analyze ${newList}`);
  const duplicates = await duplicatesIn(statements);
  // Report both kinds of problems at once, so that one correction is enough.
  const problems = [invalid?.message, duplicates].filter((text) => text !== undefined);
  if (problems.length > 0) throw new FleetError(problems.join("\n"));
  return position;
}

function rowOf({ name, arguments: args }: Merchant, encryption: Encryption): unknown[] {
  const { externalBusinessId, account = "", ...rest } = args;
  // Sorted, so that the order of columns does not change the digest.
  const sorted = Object.entries(rest).sort(([left], [right]) => (left < right ? -1 : 1));
  const fields = Object.fromEntries(sorted.filter(([key]) => !isSecretField(key)));
  const secrets = Object.fromEntries(sorted.filter(([key]) => isSecretField(key)));
  const digest = encryption.digest(JSON.stringify([externalBusinessId, account, fields, secrets]));
  const encrypted = encryption.encrypt(secrets, name);
  return [name, externalBusinessId, account, JSON.stringify(fields), encrypted, digest];
}

/** A message about the names and external business IDs that the list has several times; undefined if there are none. */
async function duplicatesIn(statements: Statements): Promise<string | undefined> {
  const { rows: names } = await statements.query<{ name: string; count: number }>(
    `select name, count(*)::integer from ${newList} group by name having count(*) > 1 order by min(position) limit ${namedAtMost}`,
  );
  const { rows: ids } = await statements.query<{ id: string; names: string[]; accounts: string[] }>(
    `select external_business_id as id, array_agg(name order by position) as names, array_agg(account order by position) as accounts
       from ${newList} group by external_business_id having count(distinct name) > 1 order by min(position) limit ${namedAtMost}`,
  );
  const lines = [
    ...names.map(({ name, count }) => `the name '${name}' appears ${count} times`),
    ...ids.map(({ id, names, accounts }) => {
      const owners = names.map(
        (name, index) => `'${name}' (${accountInWords(accounts[index] || undefined)})`,
      );
      return `the external business ID '${id}' belongs to ${owners.join(" and ")}`;
    }),
  ];
  if (lines.length === 0) return undefined;
  return (
    `the merchant list contains duplicates. Nothing was changed:\n${indented(lines)}\n` +
    "Give each merchant its own name and external business ID, or remove all but one of them. Different accounts can have the same owner"
  );
}

function indented(lines: readonly string[]): string {
  return lines
    .slice(0, namedAtMost)
    .map((line) => `  ${line}`)
    .join("\n");
}

/** A Pinterest merchant that several merchants of the list are connected to. */
export interface SharedMerchant {
  readonly merchantId: string;
  readonly names: readonly string[];
}

/** The first Pinterest merchants that occur more than once in the list. */
export async function sharedMerchants(statements: Statements): Promise<SharedMerchant[]> {
  const { rows } = await statements.query<SharedMerchant>(
    `select fields->>'connectedMerchantId' as "merchantId", array_agg(name order by position) as names
       from ${newList} where fields ? 'connectedMerchantId'
      group by 1 having count(*) > 1 order by min(position) limit ${namedAtMost}`,
  );
  return rows;
}

export interface ShrinkOptions {
  /** The percentage of the fleet's merchants that a list may delete or replace without confirmation: a whole number. */
  readonly shrinkLimitPercent: number;
  /** Accept a list above the limit. */
  readonly confirmed?: boolean;
}

/** A merchant whose integration a list would delete or replace. */
interface Loss {
  readonly name: string;
  readonly kind: "missing" | "leaving" | "replaced";
  /** Whether it can have an integration at Pinterest. */
  readonly isConnected: boolean;
}

/**
 * SQL of the losses. Fleet: north = id-1, south = id-2 and west = id-3, all deployed, and east, which an earlier list omitted. List: north = id-9 and
 * south = id-2. Rows: north is replaced, west is missing, and east is leaving.
 */
const losses = `
  with kept as (
    select merchant.*, new_list.external_business_id as new_id, new_list.account as new_account
      from ${schema}.merchant join ${newList} on new_list.name = merchant.name
    union all
    select merchant.*, new_list.external_business_id, new_list.account
      from ${schema}.merchant join ${newList} on ${renamedCondition}
  ), omitted as (
    select * from ${schema}.merchant where not exists (select from kept where kept.name = merchant.name)
  )
  select name, 'missing' as kind, known_integrations <> '{}' as "isConnected" from omitted where leaving_since is null
  union all
  select name, 'leaving', known_integrations <> '{}' from omitted where leaving_since is not null
  union all
  select name, 'replaced', true from kept
   where known_integrations <> '{}' and (new_id <> all(known_integrations) or new_account <> account)
  order by name`;

/**
 * Refuses a list that would delete or replace too many integrations, for example because it is incomplete or its columns are mixed up.
 *
 * @throws FleetError above the limit.
 */
export async function assertShrinkLimit(
  statements: Statements,
  { shrinkLimitPercent, confirmed = false }: ShrinkOptions,
): Promise<void> {
  if (confirmed) return;
  const { rows: lost } = await statements.query<Loss>(losses);
  const { missing = [], replaced = [], leaving = [] } = Object.groupBy(lost, ({ kind }) => kind);
  // If this list deletes and replaces nothing, there is nothing to confirm.
  const names = [...missing, ...replaced].map(({ name }) => `'${name}'`);
  const known = await countMerchants(statements);
  if (names.length === 0 || lost.length * 100 <= known * shrinkLimitPercent) return;
  // Rounded up, so that it exceeds the limit.
  const lostPercent = Math.ceil((lost.length * 1000) / known) / 10;
  const kinds: [Loss[], string][] = [
    [missing, "missing from the list"],
    [replaced, "with another integration or account"],
    [leaving, "missing from earlier lists"],
  ];
  const parts = kinds.flatMap(([losses, text]) => (losses.length > 0 ? [`${losses.length} ${text}`] : []));
  const connected = lost.filter(({ isConnected }) => isConnected).length;
  throw new FleetError(
    `the list would remove or replace ${lost.length} of the fleet's ${known} merchants (${lostPercent} %), more than the limit of ` +
      `${shrinkLimitPercent} %: ${parts.join(", ")} (${firstOf(names, namedAtMost)}). ` +
      `${connected === 0 ? "" : `The next update would delete up to ${counted(connected, "integration")}. `}Nothing was changed. ` +
      "If this is intended, add --confirm-shrink. Otherwise, check the source of the list",
  );
}

async function countMerchants(statements: Statements): Promise<number> {
  const { rows } = await statements.query<{ count: number }>(
    `select count(*)::integer from ${schema}.merchant`,
  );
  return rows[0]?.count ?? 0;
}

/** Refuses a list while merchants are being offboarded. @throws FleetError */
export async function assertNothingUnfinished(statements: Statements): Promise<void> {
  const unfinished = await unfinishedOffboardings(statements);
  if (unfinished === undefined) return;
  throw new FleetError(`the list was not stored, because ${unfinished}`);
}

/** Refuses to give a new merchant the name under which state still has another merchant's resource. @throws FleetError */
export async function assertNoFormerNames(statements: Statements): Promise<void> {
  const { rows } = await statements.query<{ newName: string; owner: string }>(
    `select new_list.name as "newName", merchant.name as owner
       from ${newList} join ${schema}.merchant on new_list.name = any(former_names) and merchant.name <> new_list.name
      where not exists (select from ${schema}.merchant as known where known.name = new_list.name) and not (${renamedCondition})
      order by position limit ${namedAtMost}`,
  );
  if (rows.length === 0) return;
  const lines = rows.map(({ newName, owner }) => `'${newName}' is the former name of '${owner}'`);
  throw new FleetError(
    `the list uses names that other merchants had at the last update. Nothing was changed:\n${indented(lines)}\n` +
      `Deploy the new names first (\`${ownCommand} fleet up\`), then plan this list again`,
  );
}

/**
 * Refuses to give a merchant an external business ID that another one had in the last list, or can still have at Pinterest. If the other
 * merchant's shard were updated later, it would delete the integration. Accounts are not compared, because two of them can have one owner.
 *
 * @throws FleetError
 */
export async function assertIntegrationsFree(statements: Statements): Promise<void> {
  const { rows } = await statements.query<{ id: string; newOwner: string; owner: string }>(
    `select new_list.external_business_id as id, new_list.name as "newOwner", merchant.name as owner
       from ${newList}
       join (select name, external_business_id as id from ${schema}.merchant
             union select name, unnest(known_integrations) from ${schema}.merchant) as holder on holder.id = new_list.external_business_id
       join ${schema}.merchant on merchant.name = holder.name
      where merchant.name <> new_list.name and not (${renamedCondition})
      order by position, merchant.name limit ${namedAtMost}`,
  );
  if (rows.length === 0) return;
  const lines = rows.map(({ id, newOwner, owner }) => `'${id}' of '${newOwner}' still belongs to '${owner}'`);
  throw new FleetError(
    `the list assigns external business IDs that still belong to other merchants. Nothing was changed:\n${indented(lines)}\n` +
      "If you renamed these merchants, deploy a list that gives them unused names and keeps their external business IDs, and then this list: the " +
      "integrations stay. If other merchants now have these IDs, deploy a list without the IDs, which deletes the integrations at Pinterest, and " +
      "then this list. If a merchant revoked your access for good, first run " +
      `\`${ownCommand} fleet offboard\` with its name`,
  );
}
