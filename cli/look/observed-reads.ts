import type { ReadObservation } from "../../provider/lifecycle/observer";
import type { Steps } from "./engine-steps";
import { textOf } from "./values";

/** The results of a stack's reads, by integration. */
export class ObservedReads {
  private readonly byPlace = new Map<string, ReadObservation>();
  private readonly byId = new Map<string, ReadObservation[]>();

  /** The program's secret fields that were not compared. */
  readonly uncompared = new Set<string>();

  add(read: ReadObservation): void {
    for (const name of read.uncompared ?? []) this.uncompared.add(name);
    const { externalBusinessId, account, providerName } = read;
    this.byPlace.set(place(externalBusinessId, account, providerName), read);
    this.byId.set(externalBusinessId, [...(this.byId.get(externalBusinessId) ?? []), read]);
  }

  /** The result for an integration, by its account and ID. */
  at(
    externalBusinessId: string,
    account: string | undefined,
    providerName: string | undefined,
  ): ReadObservation | undefined {
    return this.byPlace.get(place(externalBusinessId, account, providerName));
  }

  /** The result for an integration that the engine has refreshed. */
  of({ refreshed }: Steps): ReadObservation | undefined {
    if (refreshed === undefined) return undefined;
    const { id, outputs } = refreshed.state;
    const found = this.at(id, textOf(outputs.account), textOf(outputs.providerName));
    // The engine may treat the account's name as a secret.
    const [only, ...others] = this.byId.get(id) ?? [];
    return found ?? (others.length === 0 ? only : undefined);
  }
}

function place(id: string, account: string | undefined, providerName: string | undefined): string {
  return JSON.stringify([id, account ?? null, providerName ?? null]);
}
