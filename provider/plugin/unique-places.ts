import type { Bag } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";

/** Which resource of the program declares which integration, as the checks of one process tell it. */
export class UniquePlaces {
  readonly #declared = new Map<string, string>();

  /** Why a resource cannot declare what another one does: the two would undo each other's changes at every update. */
  problemWith(urn: string, { externalBusinessId, account }: Bag): string | undefined {
    if (containsUnknown(externalBusinessId) || containsUnknown(account)) return undefined;
    const place = JSON.stringify([account ?? null, externalBusinessId]);
    const other = this.#declared.get(place);
    // The engine checks a resource that is replaced twice.
    if (other === undefined || other === urn) {
      this.#declared.set(place, urn);
      return undefined;
    }
    return (
      `'${nameOf(other)}' declares the integration '${externalBusinessId}' already. ` +
      "Give each its own externalBusinessId, or remove one of them."
    );
  }
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
