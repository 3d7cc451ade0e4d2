import { environmentVariable } from "../../configuration/keys";
import { failureOf } from "../../look/failure";
import { ObservedReads } from "../../look/observed-reads";
import { textOf } from "../../look/values";
import { whileObserving } from "../../stacks/observing";
import { type MerchantOutcome, reasonOf } from "./outcome";
import type { DeclaredMerchant } from "./shard-file";

/**
 * Has an update look at Pinterest first, and leave those as they are who cannot be read: one whose token is revoked would keep the engine from
 * all others of the shard.
 *
 * @param update runs the engine with a further environment.
 * @returns those, by name, with what the update gives.
 */
export function leavingOutUnread<T>(
  merchants: readonly DeclaredMerchant[],
  update: (environment: Record<string, string>) => Promise<T>,
): Promise<{ result: T; unread: ReadonlyMap<string, MerchantOutcome> }> {
  return whileObserving({ reads: true }, async ({ environment, observations }) => {
    const result = await update({ ...environment, [environmentVariable("whenUnreachable")]: "keep" });
    const reads = new ObservedReads();
    for (const observation of observations()) if (observation.kind === "read") reads.add(observation);
    const unread = new Map<string, MerchantOutcome>();
    for (const { name, arguments: args } of merchants) {
      const read = reads.at(textOf(args.externalBusinessId) ?? "", textOf(args.account), undefined);
      if (read?.outcome !== "revoked" && read?.outcome !== "unreachable") continue;
      unread.set(name, { name, status: read.outcome, properties: [], message: reasonOf(failureOf(read)) });
    }
    return { result, unread };
  });
}
