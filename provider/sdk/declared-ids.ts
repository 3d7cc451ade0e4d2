import * as pulumi from "@pulumi/pulumi";
import type { CommerceIntegrationArgs } from "./commerce-integration-args";
import { PerRun } from "./run";

/** Which integration of which account a resource declares. */
export interface PlainPlace {
  externalBusinessId: string;
  account?: string | undefined;
}

/** Whether id and account were written down, so that a second declaration can be refused on the spot. */
export function isPlain(args: CommerceIntegrationArgs): args is CommerceIntegrationArgs & PlainPlace {
  const { externalBusinessId, account } = args;
  return (
    typeof externalBusinessId === "string" &&
    externalBusinessId !== "" &&
    ["string", "undefined"].includes(typeof account)
  );
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
