import { ownCommand } from "../../provider/api/own-command";
import { FleetError } from "../fleet-error";
import { namesOf } from "../shard/shard-file";
import type { Statements } from "../store/database";
import { schema } from "../store/migrations";
import type { ShardName } from "../store/shards";

/** A merchant that somebody has named. */
export interface NamedMerchant {
  readonly name: string;
  readonly formerNames: readonly string[];
  /** What it was ever called, and nobody is called now. */
  readonly earlierNames: readonly string[];
  readonly externalBusinessId: string;
  /** '' for the default account. */
  readonly account: string;
  readonly shardId: number;
  readonly stack: string;
  /** The stacks that it was in before. */
  readonly formerStacks: readonly string[];
  /** The shard that a move which was cut short was to bring it to. */
  readonly movingTo: string | null;
}

/** @throws FleetError where one of them is not in the fleet. */
export async function namedMerchants(
  statements: Statements,
  names: readonly string[],
): Promise<NamedMerchant[]> {
  const { rows } = await statements.query<NamedMerchant>(
    `select name, former_names as "formerNames", external_business_id as "externalBusinessId", account, shard_id as "shardId",
            shard.stack, destination.stack as "movingTo",
            array(select unnest(earlier_names) except select other.name from ${schema}.merchant as other) as "earlierNames",
            array(select former.stack from ${schema}.shard as former where former.id = any(former_shards)) as "formerStacks"
       from ${schema}.merchant join ${schema}.shard on shard.id = shard_id
       left join ${schema}.shard as destination on destination.id = moving_to
      where name = any($1) order by name`,
    [names],
  );
  const missing = names.filter((name) => !rows.some((row) => row.name === name));
  if (missing.length > 0) {
    throw new FleetError(
      `the fleet has no merchant ${missing.map((name) => `'${name}'`).join(", ")}: use the \`name\` of the merchant list`,
    );
  }
  return rows;
}

/** The shards that they are in. */
export function shardsOf(merchants: readonly NamedMerchant[]): ShardName[] {
  return [...new Map(merchants.map(({ shardId: id, stack }) => [id, { id, stack }])).values()];
}

/** The names by which their resources may stand in state. */
export function allNamesOf(merchants: readonly NamedMerchant[]): Set<string> {
  return new Set(merchants.flatMap(namesOf));
}

/** What is said where a list was taken between the question and the right to the shards. */
export const changedMeanwhile = `the fleet was changed in the meantime: check it with \`${ownCommand} fleet status\`, and run the command again`;
