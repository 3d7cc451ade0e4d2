import { environmentVariable } from "../../configuration/keys";
import { failureOf } from "../../look/failure";
import { whileObserving } from "../../stacks/observing";
import type { MerchantOutcome } from "./outcome";
import type { DeclaredMerchant } from "./shard-file";

/**
 * Has an update look at Pinterest first, and leave those as they are who cannot be read: one whose token is revoked would keep the engine from
 * all others of the shard.
 *
 * @param tell is given those, by name, at the end.
 * @param update runs the engine with a further environment.
 */
export function leavingOutUnread<T>(
  merchants: readonly DeclaredMerchant[],
  tell: (unread: ReadonlyMap<string, MerchantOutcome>) => void,
  update: (environment: Record<string, string>) => Promise<T>,
): Promise<T> {
  return whileObserving({ reads: true }, async ({ environment, observations }) => {
    try {
      return await update({ ...environment, [environmentVariable("whenUnreachable")]: "keep" });
    } finally {
      const names = new Map(merchants.map(({ name, arguments: args }) => [placeOf(args), name]));
      const unread = new Map<string, MerchantOutcome>();
      for (const read of observations()) {
        if (read.kind !== "read" || (read.outcome !== "revoked" && read.outcome !== "unreachable")) continue;
        const name = names.get(placeOf({ ...read }));
        if (name === undefined) continue;
        const { reason, advice } = failureOf(read);
        const message = [reason, advice].filter((part) => part !== undefined).join(". ");
        unread.set(name, { name, status: read.outcome, properties: [], message });
      }
      tell(unread);
    }
  });
}

function placeOf({ externalBusinessId, account }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([externalBusinessId, account ?? null]);
}
