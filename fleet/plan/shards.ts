/** A shard and its number of merchants. */
export interface Load {
  readonly shardId: number;
  readonly merchants: number;
}

/** Number of shards to add so that new merchants fit. */
export function shardsToAdd(loads: readonly Load[], newcomers: number, shardSize: number): number {
  const room = loads.reduce((sum, { merchants }) => sum + Math.max(0, shardSize - merchants), 0);
  return Math.max(0, Math.ceil((newcomers - room) / shardSize));
}

/** The shard of each new merchant: the emptiest one, and of several the oldest. Merchants that are in a shard stay there. */
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
