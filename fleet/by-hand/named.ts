import { ownCommand } from "../../provider/api/own-package";
import { FleetError } from "../fleet-error";
import { namesOf } from "../shard/shard-file";
import type { Statements } from "../store/database";
import { schema } from "../store/migrations";
import type { ShardName } from "../store/shards";

/** A merchant that the user named. */
export interface NamedMerchant {
  readonly name: string;
  readonly formerNames: readonly string[];
  /** Its earlier names that no merchant uses now. */
  readonly earlierNames: readonly string[];
  readonly externalBusinessId: string;
  /** '' for the default account. */
  readonly account: string;
  readonly shardId: number;
  readonly stack: string;
  /** Stacks of its earlier shards. */
  readonly formerStacks: readonly string[];
  /** Destination of an interrupted move. */
  readonly movingTo: string | null;
}

/** @throws FleetError if one of them is not in the fleet. */
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

/** The shards of these merchants. */
export function shardsOf(merchants: readonly NamedMerchant[]): ShardName[] {
  return [...new Map(merchants.map(({ shardId: id, stack }) => [id, { id, stack }])).values()];
}

/** The names under which states can have their resources. */
export function allNamesOf(merchants: readonly NamedMerchant[]): Set<string> {
  return new Set(merchants.flatMap(namesOf));
}

/** The error if a list was planned between the check and the claim of the shards. */
export const changedMeanwhile = `the fleet was changed in the meantime: check it with \`${ownCommand} fleet status\`, and run the command again`;
