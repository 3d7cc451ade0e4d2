import type { Bag } from "../../provider/lifecycle/outputs";
import { argumentsOf } from "../merchants/merchant";
import type { DeclaredMerchant } from "../shard/shard-file";
import type { Statements } from "./database";
import { schema } from "./migrations";
import { ownPlace } from "./place";
import type { Seal } from "./sealed";

/** What a shard is to be, as it is kept at one moment. */
export interface Shard {
  readonly stack: string;
  readonly merchants: readonly DeclaredMerchant[];
  /** What each of them is by the list, to know later what was brought up: in short, and where at Pinterest. */
  readonly declared: ReadonlyMap<string, { readonly digest: Buffer; readonly place: string }>;
  /** When that was, by PostgreSQL's clock. */
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
 * A shard with all whom its program declares: not those that leave, whose connections the next update ends.
 *
 * @throws FleetError where secrets cannot be opened.
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
