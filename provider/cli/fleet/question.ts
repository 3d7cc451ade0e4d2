import type { ShardStatus } from "../../fleet/store/status";
import { counted, figure } from "../text/counted";

/** What is asked before an operation that writes. */
export function questionOf(
  operation: "up" | "destroy",
  statuses: readonly ShardStatus[],
  named: readonly string[],
): string {
  const which = named.length > 0 ? counted(named.length, "shard") : "the fleet";
  const meant = statuses.filter(({ stack }) => named.length === 0 || named.includes(stack));
  const sum = (of: (shard: ShardStatus) => number) => meant.reduce((all, shard) => all + of(shard), 0);
  const leaving = sum((shard) => shard.leaving);
  if (operation === "up") {
    const pending = sum((shard) => shard.pending) - leaving;
    const ends = leaving === 0 ? "" : `, and the connections of ${figure(leaving)} to end`;
    return `Bring ${which} up: write to Pinterest what the plan says (${counted(pending, "merchant")} to bring up${ends})?`;
  }
  const all = sum(({ merchants }) => merchants) + leaving;
  return `End all connections of ${which} at Pinterest (${counted(all, "merchant")})?`;
}
