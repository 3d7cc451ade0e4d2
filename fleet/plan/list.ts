import { isSecretField } from "../../provider/api/fields";
import { firstOf } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { counted } from "../../provider/base/words";
import { FleetError } from "../fleet-error";
import { InvalidMerchants, type Merchant } from "../merchants/merchant";
import type { Statements } from "../store/database";
import { unfinishedOffboardings } from "../store/merchants";
import { isReplacedBy, schema } from "../store/schema";
import type { Encryption } from "../store/settings";

/** Number of merchants that a message names. */
const listedAtMost = 20;

/** The list, in a temporary table of the transaction that compares it, so that its length does not matter. */
export const listed = "pg_temp.listed";

/**
 * Whether the list gives a merchant of the fleet a new name, and possibly another account. Without this check, the old name would leave and the
 * new one would be added, perhaps in another shard, and one would delete the integration that the other has just adopted.
 */
export const isRenamed = `
  merchant.external_business_id = listed.external_business_id and merchant.name <> listed.name
  and not exists (select from ${schema}.merchant as known where known.name = listed.name)
  and not exists (select from ${listed} as other where other.name = merchant.name)`;

/** Stages a list, and returns its length. @throws FleetError if merchants are not valid, or two have the same name or integration. */
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
      if (batch.length === 1_000) await write();
    }
  } catch (error) {
    if (!(error instanceof InvalidMerchants)) throw error;
    invalid = error;
  }
  if (batch.length > 0) await write();
  await statements.query(`analyze ${listed}`);
  const duplicates = await duplicatesText(statements);
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

async function duplicatesText(statements: Statements): Promise<string | undefined> {
  const lines = await linesOf(
    statements,
    `select format('the name ''%s'' appears %s times', name, count(*)) as line
       from ${listed} group by name having count(*) > 1
     union all
     select format('the external business ID ''%s'' belongs to %s', external_business_id,
                   string_agg(format('''%s'' (%s)', name, case account when '' then 'default account' else format('account ''%s''', account) end),
                              ' and ' order by position))
       from ${listed} group by external_business_id having count(distinct name) > 1`,
  );
  return (
    lines &&
    `the merchant list contains duplicates. Nothing was changed:\n${lines}\n` +
      "Give each merchant its own name and external business ID, or remove all but one of them. Different accounts can have the same owner"
  );
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
       from ${listed} where fields ? 'connectedMerchantId'
      group by 1 having count(*) > 1 order by min(position) limit ${listedAtMost}`,
  );
  return rows;
}

/** Lines of a message about the list, from the column `line` of a query; undefined if it has no rows. */
async function linesOf(statements: Statements, query: string): Promise<string | undefined> {
  const { rows } = await statements.query<{ line: string }>(`${query} limit ${listedAtMost}`);
  return rows.map(({ line }) => `  ${line}`).join("\n") || undefined;
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
  readonly kind: "missing" | "replaced" | "leaving";
  /** Whether it can have an integration at Pinterest. */
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
  { shrinkLimitPercent, confirmed = false }: ShrinkOptions,
): Promise<void> {
  if (confirmed) return;
  const { rows: lost } = await statements.query<Loss>(
    `select *, (select count(*)::integer from ${schema}.merchant) as known
       from (select name, known_integrations <> '{}' as "isConnected",
                    case when not exists (select from ${listed} where listed.name = merchant.name)
                           and not exists (select from ${listed} where ${isRenamed})
                         then case when leaving_since is null then 'missing' else 'leaving' end
                         when known_integrations <> '{}' and exists (
                           select from ${listed}
                            where (listed.name = merchant.name or ${isRenamed})
                              and (${isReplacedBy("listed")} or listed.account <> merchant.account))
                         then 'replaced' end as kind
               from ${schema}.merchant) as compared
      where kind is not null order by name`,
  );
  const { missing = [], replaced = [], leaving = [] } = Object.groupBy(lost, ({ kind }) => kind);
  // If this list deletes and replaces nothing, there is nothing to confirm.
  const names = [...missing, ...replaced].map(({ name }) => `'${name}'`);
  const known = lost[0]?.known ?? 0;
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
      `${shrinkLimitPercent} %: ${parts.join(", ")} (${firstOf(names, listedAtMost)}). ` +
      `${connected === 0 ? "" : `The next update would delete up to ${counted(connected, "integration")}. `}Nothing was changed. ` +
      "If this is intended, add --confirm-shrink. Otherwise, check the source of the list",
  );
}

/** Refuses a list while merchants are being offboarded. @throws FleetError */
export async function assertNothingUnfinished(statements: Statements): Promise<void> {
  const unfinished = await unfinishedOffboardings(statements);
  if (unfinished === undefined) return;
  throw new FleetError(`the list was not stored, because ${unfinished}`);
}

/** Refuses to give a new merchant the name under which state still has another merchant's resource. @throws FleetError */
export async function assertNoFormerNames(statements: Statements): Promise<void> {
  const lines = await linesOf(
    statements,
    `select format('''%s'' is the former name of ''%s''', listed.name, merchant.name) as line
       from ${listed} join ${schema}.merchant on listed.name = any(former_names) and merchant.name <> listed.name
      where not exists (select from ${schema}.merchant as known where known.name = listed.name) and not (${isRenamed})
      order by position`,
  );
  if (lines === undefined) return;
  throw new FleetError(
    `the list uses names that other merchants had at the last update. Nothing was changed:\n${lines}\n` +
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
  const lines = await linesOf(
    statements,
    `select format('''%s'' of ''%s'' still belongs to ''%s''', listed.external_business_id, listed.name, merchant.name) as line
       from ${listed}
       join (select name, external_business_id as id from ${schema}.merchant
             union select name, unnest(known_integrations) from ${schema}.merchant) as holder on holder.id = listed.external_business_id
       join ${schema}.merchant on merchant.name = holder.name
      where merchant.name <> listed.name and not (${isRenamed})
      order by position, merchant.name`,
  );
  if (lines === undefined) return;
  throw new FleetError(
    `the list assigns external business IDs that still belong to other merchants. Nothing was changed:\n${lines}\n` +
      "To change only names, first deploy a list in which each of these external business IDs stays with its merchant, under the old name or an " +
      "unused one, and then this list. The integrations stay. To change the owners, first deploy a list without these external business IDs, " +
      "which deletes the integrations at Pinterest, and then this list. If a merchant revoked your access for good, first run " +
      `\`${ownCommand} fleet offboard\` with its name`,
  );
}
