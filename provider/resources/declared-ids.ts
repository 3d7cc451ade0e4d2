import * as pulumi from "@pulumi/pulumi";
import { PerRun } from "./run";

/** Which integration of which account a resource declares. */
export interface PlainPlace {
  externalBusinessId: string;
  account?: string | undefined;
}

const declared = new PerRun(() => new Map<string, string>());

/**
 * Remembers that a resource of this run declares an integration, and refuses a second one: two resources would undo
 * each other's changes at every update. Found here and not in the provider, which does not know resources by name.
 *
 * @throws RunError
 */
export function declareId(place: PlainPlace & { provider: string | undefined }, name: string): void {
  const ids = declared.get();
  const key = JSON.stringify([place.provider ?? null, place.account ?? null, place.externalBusinessId]);
  const other = ids?.get(key);
  if (other !== undefined) {
    throw new pulumi.RunError(
      `pinterest.CommerceIntegration '${name}': '${other}' declares the integration '${place.externalBusinessId}' already. ` +
        "Give each its own externalBusinessId, or remove one of them.",
    );
  }
  ids?.set(key, name);
}
