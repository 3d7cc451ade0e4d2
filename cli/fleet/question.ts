import type { ShardStatus } from "../../fleet/store/status";
import { counted } from "../text/counted";

/** The scope of a run. */
export interface Asked {
  /** Names of shards; empty for all. */
  readonly shards: readonly string[];
  /** Whether an update reads Pinterest first. */
  readonly refresh: boolean;
}

/** The confirmation prompt of an operation that writes. */
export function questionOf(
  operation: "up" | "destroy",
  statuses: readonly ShardStatus[],
  { shards, refresh }: Asked,
): string {
  const named = new Set(shards);
  const which = named.size > 0 ? counted(named.size, "shard") : "the fleet";
  const meant = statuses.filter(({ stack }) => named.size === 0 || named.has(stack));
  const sum = (of: (shard: ShardStatus) => number) => meant.reduce((all, shard) => all + of(shard), 0);
  const leaving = sum((shard) => shard.leaving);
  if (operation === "destroy") {
    const all = sum(({ merchants }) => merchants) + leaving;
    return `Delete all integrations of ${which} at Pinterest (${counted(all, "merchant")})?`;
  }
  const ending = leaving + sum(({ replaced }) => replaced);
  const parts = [
    `create or update ${counted(sum(({ pending }) => pending) - leaving, "merchant")}`,
    ...(ending > 0 ? [`delete ${counted(ending, "integration")}`] : []),
    ...(refresh ? ["fix drift"] : []),
  ];
  return `Deploy ${which} (${parts.join(", ")})?`;
}
