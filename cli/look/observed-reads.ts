import type { ReadObservation } from "../../provider/lifecycle/observer";
import type { Steps } from "./engine-steps";
import { textOf } from "./values";

/** What reads of one stack have found, by the integration that they asked for. */
export class ObservedReads {
  private readonly byPlace = new Map<string, ReadObservation>();
  private readonly byId = new Map<string, ReadObservation[]>();

  /** The secret fields that programs set and that were not compared. */
  readonly uncompared = new Set<string>();

  add(read: ReadObservation): void {
    for (const name of read.uncompared ?? []) this.uncompared.add(name);
    const { externalBusinessId, account, providerName } = read;
    this.byPlace.set(place(externalBusinessId, account, providerName), read);
    this.byId.set(externalBusinessId, [...(this.byId.get(externalBusinessId) ?? []), read]);
  }

  /** What was found of an integration, by where it is. */
  at(
    externalBusinessId: string,
    account: string | undefined,
    providerName: string | undefined,
  ): ReadObservation | undefined {
    return this.byPlace.get(place(externalBusinessId, account, providerName));
  }

  /** What was found of an integration that the engine has refreshed. */
  of({ refreshed }: Steps): ReadObservation | undefined {
    if (refreshed === undefined) return undefined;
    const { id, outputs } = refreshed.state;
    const found = this.at(id, textOf(outputs.account), textOf(outputs.providerName));
    // The account's name may be a secret to the engine.
    const [only, ...others] = this.byId.get(id) ?? [];
    return found ?? (others.length === 0 ? only : undefined);
  }
}

function place(id: string, account: string | undefined, providerName: string | undefined): string {
  return JSON.stringify([id, account ?? null, providerName ?? null]);
}
