import { PerRun } from "./run";

const declared = new PerRun(() => new Map<string, string>());

/**
 * Remembers that a resource of this run declares an integration, and refuses a second one: two resources would undo
 * each other's changes at every update. Found here and not in the provider, which does not know resources by name.
 *
 * @throws Error
 */
export function declareId(
  place: { provider: string; account: string | undefined; externalBusinessId: string },
  name: string,
): void {
  const ids = declared.get();
  const key = JSON.stringify([place.provider, place.account ?? null, place.externalBusinessId]);
  const other = ids?.get(key);
  if (other !== undefined) {
    throw new Error(
      `pinterest.CommerceIntegration '${name}': '${other}' declares the integration '${place.externalBusinessId}' already. ` +
        "Give each its own externalBusinessId, or remove one of them.",
    );
  }
  ids?.set(key, name);
}
