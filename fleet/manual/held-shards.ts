import { textOf } from "../../cli/check/values";
import { inPlaintext, isIntegrationType, nameOf } from "../../cli/stack/state";
import { type Held, withClaim } from "../claim";
import { assertBackend } from "../environment";
import { ShardStack } from "../shard/shard-stack";
import { withWorkspace } from "../shard/workspace";
import type { Database } from "../store/database";
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
  const { name: holder, directory, signal, notify } = options;
  await assertBackend(database.statements, directory);
  // In a fixed order, because two commands could otherwise wait for each other.
  const inOrder = [...shards].sort((left, right) => left.id - right.id);
  const claimFrom = (claims: readonly Held[]): Promise<T> => {
    const shard = inOrder[claims.length];
    if (shard === undefined) return onStacks(inOrder, claims, options, action);
    const { id: shardId, stack } = shard;
    const onWait = () => notify(`${stack} is in progress: waiting until it ends`);
    return withClaim(database, { shardId, stack, holder, signal, onWait }, (held) =>
      claimFrom([...claims, held]),
    );
  };
  return claimFrom([]);
}

function onStacks<T>(
  shards: readonly ShardName[],
  claims: readonly Held[],
  { project, directory }: HoldOptions,
  action: (stacks: ReadonlyMap<number, ShardStack>) => Promise<T>,
): Promise<T> {
  const kill = AbortSignal.any(claims.map(({ lost }) => lost));
  const onLeftLocked = () => {
    for (const held of claims) held.isLocked = true;
  };
  return withWorkspace({ project, directory, merchants: [], kill, onLeftLocked }, async (workspace) => {
    const stacks = new Map<number, ShardStack>();
    for (const [index, { id, stack }] of shards.entries()) {
      const held = claims[index] as Held;
      stacks.set(id, await ShardStack.open(stack, project, workspace, held.isLocked));
      held.isLocked = false;
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
      integrationId: textOf(inPlaintext(outputs.integrationId)),
      isUnfinished: unfinished.has(urn),
    }));
}
