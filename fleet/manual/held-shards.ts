import { isIntegrationType } from "../../cli/stacks/integration-types";
import { inClear } from "../../cli/stacks/secret-value";
import { nameOf } from "../../cli/stacks/urn";
import { ownCommand } from "../../provider/api/own-package";
import { type Held, withClaim } from "../claim";
import { FleetError } from "../fleet-error";
import { namesOf } from "../shard/shard-file";
import { ShardStack } from "../shard/shard-stack";
import { withWorkspace } from "../shard/workspace";
import type { Database, Statements } from "../store/database";
import { assertBackend } from "../store/same-environment";
import { schema } from "../store/schema";
import type { ShardName } from "../store/shards";

export interface HoldOptions {
  readonly project: string;
  /** The directory in which the packages are installed. */
  readonly directory: string;
  /** Name of the holder, for others that wait. */
  readonly name: string;
  /** Ends the wait. An action that has started is completed. */
  readonly signal: AbortSignal;
  /** Receives messages about waits. */
  readonly notify: (message: string) => void;
}

/**
 * Works on the states of shards while no worker runs an engine for them. Their jobs wait. Waits for shards in progress.
 *
 * @throws FleetError if the wait was ended, or a claim was lost.
 */
export async function holdShards<T>(
  database: Database,
  shards: readonly ShardName[],
  options: HoldOptions,
  action: (stacks: ReadonlyMap<number, ShardStack>) => Promise<T>,
): Promise<T> {
  await assertBackend(database.statements, options.directory);
  // In a fixed order, because two commands could otherwise wait for each other.
  const inOrder = [...shards].sort((left, right) => left.id - right.id);
  return claimAll(database, inOrder, options, new Map(), (helds) =>
    onStacks(inOrder, helds, options, action),
  );
}

async function claimAll<T>(
  database: Database,
  [shard, ...rest]: readonly ShardName[],
  options: HoldOptions,
  helds: ReadonlyMap<number, Held>,
  action: (helds: ReadonlyMap<number, Held>) => Promise<T>,
): Promise<T> {
  if (shard === undefined) return action(helds);
  const { name: holder, signal, notify } = options;
  const { id: shardId, stack } = shard;
  const waits = () => notify(`${stack} is in progress: waiting until it ends`);
  return withClaim(database, { shardId, stack, holder, signal, waits }, (held) =>
    claimAll(database, rest, options, new Map([...helds, [shardId, held]]), action),
  );
}

function onStacks<T>(
  shards: readonly ShardName[],
  helds: ReadonlyMap<number, Held>,
  { project, directory }: HoldOptions,
  action: (stacks: ReadonlyMap<number, ShardStack>) => Promise<T>,
): Promise<T> {
  const all = [...helds.values()];
  const kill = AbortSignal.any(all.map(({ lost }) => lost));
  const onLeftLocked = () => {
    for (const { leftLocked } of all) leftLocked();
  };
  return withWorkspace({ project, directory, merchants: [], kill, onLeftLocked }, async (workspace) => {
    const stacks = new Map<number, ShardStack>();
    for (const { id, stack } of shards) {
      const held = helds.get(id) as Held;
      const { wasLeft } = held.claim;
      stacks.set(id, await ShardStack.open(stack, project, workspace, wasLeft));
      if (wasLeft) held.unlocked();
    }
    return action(stacks);
  });
}

/** A merchant's integration in a state. */
export interface InState {
  readonly urn: string;
  /** Its name in the state. */
  readonly name: string;
  readonly externalBusinessId: string;
  /** The integration ID. */
  readonly integrationId: string | undefined;
  /** Whether an interrupted replacement has left a resource. */
  readonly isUnfinished: boolean;
}

/** The integrations in a shard's state that have one of these names. */
export async function findInState(stack: ShardStack, names: ReadonlySet<string>): Promise<InState[]> {
  const resources = await stack.open.resources();
  const found = resources.filter(
    ({ type, external, urn }) => isIntegrationType(type) && external !== true && names.has(nameOf(urn)),
  );
  const unfinished = new Set(found.filter((each) => each.delete === true).map(({ urn }) => urn));
  return found
    .filter((each) => each.delete !== true)
    .map(({ urn, id = "", outputs = {} }) => ({
      urn,
      name: nameOf(urn),
      externalBusinessId: id,
      integrationId: textOf(inClear(outputs.integrationId)),
      isUnfinished: unfinished.has(urn),
    }));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

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
