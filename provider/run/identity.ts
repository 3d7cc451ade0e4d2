import { pick } from "../base/bag";

/** The place of an integration at Pinterest. Requests about the same place have the same effect. */
export interface Place {
  readonly externalBusinessId: string;
  readonly account?: string;
  /** The explicit provider's name. */
  readonly providerName?: string;
}

export const placeNames = ["externalBusinessId", "account", "providerName"] as const;

/** The properties that identify a resource and its integration in state: its place, and its IDs. */
export const identityNames = [...placeNames, "integrationId", "connectedUserId", "uid"] as const;

export function placeOf(integration: Place): Place {
  return pick(integration, placeNames);
}

export function keyOf(place: { readonly [Name in (typeof placeNames)[number]]?: unknown }): string {
  return JSON.stringify(placeNames.map((name) => place[name]));
}
