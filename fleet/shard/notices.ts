import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { textOf } from "../../cli/check/values";
import { isIntegrationType, nameOf } from "../../cli/stack/state";
import type { Observation } from "../../provider/runtime/observations";

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
    const said = Map.groupBy(notices, place);
    return new Map(
      [...this.places].flatMap(([name, places]) => {
        const messages = [...places].flatMap((each) => said.get(each) ?? []).map(({ message }) => message);
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
