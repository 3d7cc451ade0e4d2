import type { Bag } from "../../provider/lifecycle/outputs";
import { argumentsOf } from "../merchants/merchant";
import type { DeclaredMerchant } from "../shard/shard-file";
import type { Statements } from "./database";
import { schema } from "./migrations";
import { ownPlace } from "./place";
import type { Seal } from "./sealed";

/** A shard as the plan has it at one moment. */
export interface Shard {
  readonly stack: string;
  readonly merchants: readonly DeclaredMerchant[];
  /** The planned values of each merchant, as a digest and a place, to record later what was deployed. */
  readonly declared: ReadonlyMap<string, { readonly digest: Buffer; readonly place: string }>;
  /** The time of the read, by PostgreSQL's clock. */
  readonly readAt: string;
}

interface Row {
  readonly name: string;
  readonly external_business_id: string;
  readonly account: string;
  readonly fields: Bag;
  readonly sealed: Buffer | null;
  readonly digest: Buffer;
  readonly former_names: string[];
  readonly place: string;
}

/**
 * A shard with the merchants that its program declares. Leaving merchants are not among them, so the next update deletes their
 * integrations.
 *
 * @throws FleetError if secrets cannot be decrypted.
 */
export async function readShard(statements: Statements, shardId: number, seal: Seal): Promise<Shard> {
  const { rows: shards } = await statements.query<{ stack: string; readAt: string }>(
    `select stack, clock_timestamp()::text as "readAt" from ${schema}.shard where id = $1`,
    [shardId],
  );
  const { rows } = await statements.query<Row>(
    `select name, external_business_id, account, fields, sealed, digest, former_names, ${ownPlace} as place
       from ${schema}.merchant where shard_id = $1 and leaving_since is null order by name`,
    [shardId],
  );
  return {
    ...(shards[0] as { stack: string; readAt: string }),
    merchants: rows.map((row) => declared(row, seal)),
    declared: new Map(rows.map(({ name, digest, place }) => [name, { digest, place }])),
  };
}

function declared(row: Row, seal: Seal): DeclaredMerchant {
  const {
    name,
    external_business_id: externalBusinessId,
    account,
    fields,
    sealed,
    former_names: formerNames,
  } = row;
  const merchant = { name, externalBusinessId, fields, secrets: seal.open(sealed, name) };
  return {
    name,
    formerNames: formerNames.filter((former) => former !== name),
    arguments: argumentsOf(account === "" ? merchant : { ...merchant, account }),
  };
}

/** The name of a shard's stack. */
export async function stackOf(statements: Statements, shardId: number): Promise<string> {
  const { rows } = await statements.query<{ stack: string }>(
    `select stack from ${schema}.shard where id = $1`,
    [shardId],
  );
  return (rows[0] as { stack: string }).stack;
}
