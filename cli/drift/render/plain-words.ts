import type { IntegrationFieldName } from "../../../provider/api/fields";

/** The names of the fields for people who know the shop and Pinterest, but not the program. */
const fields: Readonly<Record<IntegrationFieldName, string>> = {
  connectedMerchantId: "Catalog owner (merchant)",
  connectedAdvertiserId: "Ad account",
  connectedTagId: "Pinterest tag",
  connectedLbaId: "Linked business account",
  partnerAccessToken: "Shop platform's access token",
  partnerRefreshToken: "Shop platform's refresh token",
  partnerPrimaryEmail: "Merchant's e-mail address",
  partnerAccessTokenExpiry: "Access token expires",
  partnerRefreshTokenExpiry: "Refresh token expires",
  scopes: "Permissions",
  additionalId1: "Additional ID",
  partnerMetadata: "Additional data",
};

const changes: Readonly<Record<string, string>> = {
  create: "To be connected",
  delete: "To be disconnected",
  replace: "To be reconnected",
};

/** The plain name of a field; undefined for other properties. */
export function fieldInWords(name: string): string | undefined {
  return Object.hasOwn(fields, name) ? fields[name as IntegrationFieldName] : undefined;
}

/** The plain name of a pending change; undefined if it is neither a field nor a known kind of change. */
export function changeInWords(change: string): string | undefined {
  return Object.hasOwn(changes, change) ? changes[change] : fieldInWords(change);
}
