/** A shard, and how many merchants it has. */
export interface Load {
  readonly shardId: number;
  readonly merchants: number;
}

/** How many shards it takes so that so many merchants find room, beside those there are. */
export function shardsToAdd(loads: readonly Load[], newcomers: number, shardSize: number): number {
  const room = loads.reduce((sum, { merchants }) => sum + Math.max(0, shardSize - merchants), 0);
  return Math.max(0, Math.ceil((newcomers - room) / shardSize));
}

/**
 * Which shard each of so many newcomers goes to: always the emptiest, of equal ones the oldest. None that is there already is moved.
 */
export function placesFor(loads: readonly Load[], newcomers: number): number[] {
  const left = loads.map(({ shardId, merchants }) => ({ shardId, merchants }));
  return Array.from({ length: newcomers }, () => {
    const emptiest = left.reduce((best, each) =>
      each.merchants < best.merchants || (each.merchants === best.merchants && each.shardId < best.shardId)
        ? each
        : best,
    );
    emptiest.merchants += 1;
    return emptiest.shardId;
  });
}
