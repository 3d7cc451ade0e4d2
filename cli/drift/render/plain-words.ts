import type { IntegrationFieldName } from "../../../provider/api/fields";

/** What each field is called for somebody who knows the shop and Pinterest, but no program. */
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

/** The field in plain words; undefined for what is no field. */
export function fieldInWords(name: string): string | undefined {
  return Object.hasOwn(fields, name) ? fields[name as IntegrationFieldName] : undefined;
}

/** A change that waits, in plain words; undefined for what is neither a field nor a known kind of change. */
export function changeInWords(change: string): string | undefined {
  return Object.hasOwn(changes, change) ? changes[change] : fieldInWords(change);
}
