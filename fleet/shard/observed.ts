import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { ObservedReads } from "../../cli/check/reads";
import { textOf } from "../../cli/check/values";
import { isIntegrationType, nameOf } from "../../cli/stack/state";
import { environmentVariable } from "../../provider/config/keys";
import type { Observation } from "../../provider/runtime/observations";
import { type MerchantOutcome, reasonOf } from "./outcome";
import type { DeclaredMerchant } from "./shard-file";

/**
 * Assigns the provider's notices to merchants, for example that an integration was adopted. The dynamic provider knows an integration and
 * not its resource, so the engine's steps lead from one to the other.
 */
export class Notices {
  private readonly places = new Map<string, Set<string>>();

  /** Receives the engine's events of an update. */
  take({ resOutputsEvent }: EngineEvent): void {
    const metadata = resOutputsEvent?.metadata;
    if (metadata === undefined || !isIntegrationType(metadata.type)) return;
    const name = nameOf(metadata.urn);
    const own = this.places.get(name) ?? new Set();
    this.places.set(name, own);
    // A replacement has both integrations.
    for (const state of [metadata.old, metadata.new]) {
      if (state) own.add(place({ externalBusinessId: state.id, account: textOf(state.outputs?.account) }));
    }
  }

  /** The notices of each merchant, by name. */
  of(observations: readonly Observation[]): ReadonlyMap<string, string> {
    const notices = observations.flatMap((each) => (each.kind === "notice" ? [each] : []));
    const byPlace = Map.groupBy(notices, place);
    return new Map(
      [...this.places].flatMap(([name, places]) => {
        const messages = [...places].flatMap((each) => byPlace.get(each) ?? []).map(({ message }) => message);
        return messages.length === 0 ? [] : [[name, messages.join("; ")] as const];
      }),
    );
  }
}

function place({
  externalBusinessId,
  account,
}: {
  readonly externalBusinessId: string;
  readonly account?: string | undefined;
}): string {
  return JSON.stringify([externalBusinessId, account ?? null]);
}

/**
 * Excludes merchants that cannot be read from an update with refresh. Otherwise, one revoked token would stop the engine for all merchants
 * of the shard.
 */
export const keepUnreadable: Readonly<Record<string, string>> = {
  [environmentVariable("whenUnreachable")]: "keep",
};

/** The merchants that could not be read, by name. */
export function unreadMerchants(
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
