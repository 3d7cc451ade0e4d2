import { ownCommand } from "../../provider/api/own-package";
import { FleetError } from "../fleet-error";
import { namesOf } from "../shard/shard-file";
import type { ShardStack } from "../shard/shard-stack";
import type { Database, Statements } from "../store/database";
import {
  allNamesOf,
  completeMove,
  markMoving,
  movingText,
  type NamedMerchant,
  namedMerchants,
  shardsOf,
} from "../store/merchants";
import { addShard, assertShards, listShards, type ShardName } from "../store/shards";
import { findInState, type HoldOptions, holdShards } from "./held-shards";

/** Selects an empty shard, which is created if there is none. */
const newShard = "new";

interface MoveOptions extends HoldOptions {
  readonly merchants: readonly string[];
  /** The shard's stack, or {@link newShard}. */
  readonly to: string;
}

/** A moved merchant. */
export interface Moved {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Whether its integration was in state. If it was never deployed, it was not. */
  readonly inState: boolean;
}

/**
 * Moves merchants to another shard: their integrations move between the states, without a request to Pinterest. Repeating the call
 * completes an interrupted move. Until then, no worker processes the two shards.
 *
 * @throws FleetError if a merchant is not in the fleet, or all are already in the shard.
 */
export async function move(database: Database, options: MoveOptions): Promise<Moved[]> {
  const merchants = await namedMerchants(database.statements, options.merchants);
  const destination = await destinationOf(database.statements, merchants, options.to);
  // Merchants that are already there were moved by the same command before it was interrupted.
  const left = merchants.filter(({ shardId }) => shardId !== destination.id);
  if (left.length === 0) {
    throw new FleetError(
      `nothing was moved, because these merchants are already in ${destination.stack}: ${merchants.map(({ name }) => `'${name}'`).join(", ")}`,
    );
  }
  const moved: Moved[] = [];
  for (const origin of shardsOf(left)) {
    const inOrigin = left.filter(({ shardId }) => shardId === origin.id);
    const inState = await holdShards(database, [origin, destination], options, async (stacks) => {
      await markMoving(database, inOrigin, destination);
      const found = await moveInState(
        stacks.get(origin.id) as ShardStack,
        stacks.get(destination.id) as ShardStack,
        allNamesOf(inOrigin),
      );
      await completeMove(database, inOrigin, destination);
      return found;
    });
    moved.push(
      ...inOrigin.map((merchant) => ({
        name: merchant.name,
        from: origin.stack,
        to: destination.stack,
        inState: namesOf(merchant).some((name) => inState.has(name)),
      })),
    );
  }
  return moved;
}

async function destinationOf(
  statements: Statements,
  merchants: readonly NamedMerchant[],
  to: string,
): Promise<ShardName> {
  const interrupted = merchants.find(({ movingTo }) => movingTo !== null);
  const movingTo = interrupted?.movingTo ?? undefined;
  if (interrupted !== undefined && movingTo !== undefined && to !== movingTo && to !== newShard) {
    throw new FleetError(movingText(interrupted.name, interrupted.stack, movingTo));
  }
  const shards = await listShards(statements);
  const wanted = to === newShard ? movingTo : to;
  if (wanted !== undefined) assertShards(shards, [wanted]);
  const found = shards.find(({ stack, merchants: size, isDestination }) =>
    wanted === undefined ? size === 0 && !isDestination : stack === wanted,
  );
  return found ?? addShard(statements);
}

/** @returns the names, as in the states, of merchants that are now in the destination's state. */
async function moveInState(
  origin: ShardStack,
  destination: ShardStack,
  names: ReadonlySet<string>,
): Promise<Set<string>> {
  const [there, here] = [await findInState(destination, names), await findInState(origin, names)];
  const unfinished = here.filter(({ isUnfinished }) => isUnfinished);
  if (unfinished.length > 0) {
    throw new FleetError(
      `a replacement of ${unfinished.map(({ name }) => `'${name}'`).join(", ")} was interrupted: deploy the shard first (\`${ownCommand} fleet up\`)`,
    );
  }
  // The engine writes the destination's state first. A merchant in both states was moved, except for its removal here.
  const arrived = new Set(there.map(({ name }) => name));
  for (const { urn } of here.filter(({ name }) => arrived.has(name))) await origin.forget(urn);
  const left = here.filter(({ name }) => !arrived.has(name));
  if (left.length > 0)
    await origin.moveTo(
      destination,
      left.map(({ urn }) => urn),
    );
  return new Set([...arrived, ...left.map(({ name }) => name)]);
}
