import { ObservedReads } from "../../cli/check/reads";
import { textOf } from "../../cli/check/values";
import { environmentVariable } from "../../provider/config/keys";
import type { Observation } from "../../provider/runtime/observations";
import { type MerchantOutcome, reasonOf } from "./outcome";
import type { DeclaredMerchant } from "./shard-file";

/**
 * Excludes merchants that cannot be read from an update with refresh. Otherwise, one revoked token would stop the engine for all merchants
 * of the shard.
 */
export const leavingOutUnread: Readonly<Record<string, string>> = {
  [environmentVariable("whenUnreachable")]: "keep",
};

/** The merchants that could not be read, by name. */
export function unreadAmong(
  merchants: readonly DeclaredMerchant[],
  observations: readonly Observation[],
): ReadonlyMap<string, MerchantOutcome> {
  const reads = new ObservedReads();
  for (const observation of observations) if (observation.kind === "read") reads.add(observation);
  const unread = new Map<string, MerchantOutcome>();
  for (const { name, arguments: args } of merchants) {
    const read = reads.at(textOf(args.externalBusinessId) ?? "", textOf(args.account), undefined);
    if (read?.outcome !== "revoked" && read?.outcome !== "unreachable") continue;
    unread.set(name, { name, status: read.outcome, properties: [], message: reasonOf(read) });
  }
  return unread;
}
