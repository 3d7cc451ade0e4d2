import { type DeclaredMerchant, idOf } from "../merchants/declared-merchant";
import { isFailure, type ShardOutcome } from "../outcome";
import type { Unrecorded } from "../shard/find-unrecorded";

/** The merchants that an update declares to adopt integrations that an interrupted update has created. */
interface Adoption {
  /** Merchants with the created integrations. */
  readonly adopted: readonly DeclaredMerchant[];
  /**
   * Merchants with the integration of the current list, which state has. The interrupted update was to replace it, and a later list restores
   * it. The created integration is then adopted under another name. Under its own, it would replace, and so delete, the restored one.
   */
  readonly kept: readonly DeclaredMerchant[];
}

/** @param current the merchants that the shard's next update declares. */
export function adoptionOf(
  { merchants, recordedIds }: Unrecorded,
  current: readonly DeclaredMerchant[],
): Adoption {
  const keptInsteadOf = (created: DeclaredMerchant) =>
    current.find(
      (each) => each.name === created.name && idOf(each) !== idOf(created) && recordedIds.has(idOf(each)),
    );
  return {
    adopted: merchants.map((created) =>
      keptInsteadOf(created) === undefined
        ? created
        : // No merchant can have this name.
          { name: `${created.name} (interrupted)`, arguments: created.arguments },
    ),
    kept: merchants.flatMap((created) => keptInsteadOf(created) ?? []),
  };
}

/** The failures of an adoption. */
export function notAdopted({ merchants }: ShardOutcome, declared: readonly DeclaredMerchant[]): string[] {
  const names = declared.map(({ name }) => name);
  return merchants
    .filter(({ name, status }) => names.includes(name) && isFailure(status))
    .map(
      ({ name, message = "failed" }) =>
        `an update was interrupted, and the integration that it created for '${name}' cannot be adopted: ${message}`,
    );
}
