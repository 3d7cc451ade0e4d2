export interface IntegrationField {
  /** Name in Pinterest's JSON. */
  readonly wire: string;
  /**
   * Kind of value: an ID, a secret string, an e-mail address (a secret, too), the expiry of a token (milliseconds since 1970), OAuth scopes in
   * one string, a string, or a string that usually contains JSON.
   */
  readonly kind: "id" | "secret" | "email" | "expiry" | "scopes" | "text" | "metadata";
  /** Code in the record of managed fields, which is in the state of every resource. Codes in use never change. */
  readonly letter: string;
  /** Name for readers who know the shop and Pinterest, but not the program. */
  readonly label: string;
}

/**
 * Writable fields of a commerce integration, by their name in this package. Names and kinds are those of Pinterest's API description
 * (5.23.0, IntegrationRequest). Types, checks, comparisons, requests, state and labels are derived from this table. The comment of a row is
 * the documentation of the argument and of the output, in every language.
 */
export const integrationFields = {
  /** ID of the catalog owner at Pinterest, which Pinterest calls merchant: a string, because long numbers lose digits. */
  connectedMerchantId: {
    wire: "connected_merchant_id",
    kind: "id",
    letter: "m",
    label: "Catalog owner (merchant)",
  },
  // Read-only in the description of responses until 5.23.0, and writable since 5.28.0.
  /** ID of the connected advertiser (ad account), as a string. The Pinterest plugins of shop platforms always set it. */
  connectedAdvertiserId: { wire: "connected_advertiser_id", kind: "id", letter: "a", label: "Ad account" },
  /** ID of the connected Pinterest tag, as a string. */
  connectedTagId: { wire: "connected_tag_id", kind: "id", letter: "t", label: "Pinterest tag" },
  /** ID of the linked business account (LBA), as a string. */
  connectedLbaId: { wire: "connected_lba_id", kind: "id", letter: "l", label: "Linked business account" },
  /** Access token of your partner platform, a secret. Compared with Pinterest only if `pinterest:compareSecrets` is set. */
  partnerAccessToken: {
    wire: "partner_access_token",
    kind: "secret",
    letter: "A",
    label: "Shop platform's access token",
  },
  /** Refresh token of your partner platform, a secret. Compared with Pinterest only if `pinterest:compareSecrets` is set. */
  partnerRefreshToken: {
    wire: "partner_refresh_token",
    kind: "secret",
    letter: "R",
    label: "Shop platform's refresh token",
  },
  /** E-mail address of the merchant at your partner platform, a secret. Compared with Pinterest only if `pinterest:compareSecrets` is set. */
  partnerPrimaryEmail: {
    wire: "partner_primary_email",
    kind: "email",
    letter: "E",
    label: "Merchant's e-mail address",
  },
  /** When `partnerAccessToken` expires, in whole milliseconds since 1970. Compared to the second. */
  partnerAccessTokenExpiry: {
    wire: "partner_access_token_expiry",
    kind: "expiry",
    letter: "x",
    label: "Access token expires",
  },
  /** When `partnerRefreshToken` expires, in whole milliseconds since 1970. Compared to the second. */
  partnerRefreshTokenExpiry: {
    wire: "partner_refresh_token_expiry",
    kind: "expiry",
    letter: "y",
    label: "Refresh token expires",
  },
  /**
   * Scopes of the partner tokens: a string with commas, or a list as an argument of a resource. Compared as a set. A resource's output is
   * sorted.
   */
  scopes: { wire: "scopes", kind: "scopes", letter: "s", label: "Permissions" },
  /** An additional ID, whose use Pinterest does not document. */
  additionalId1: { wire: "additional_id_1", kind: "text", letter: "i", label: "Additional ID" },
  /**
   * Versions and feature flags of the shop's platform: a string, or an object as an argument of a resource, which is sent as JSON. JSON is
   * compared by its meaning. A resource's output is compact JSON with sorted keys.
   */
  partnerMetadata: { wire: "partner_metadata", kind: "metadata", letter: "d", label: "Additional data" },
} as const satisfies Readonly<Record<string, IntegrationField>>;

/** The table, whose rows have the comments. */
export type FieldTable = typeof integrationFields;

export type IntegrationFieldName = keyof FieldTable;

/** Name of a field whose value is never shown. */
export type SecretFieldName = {
  [Name in IntegrationFieldName]: FieldTable[Name]["kind"] extends "secret" | "email" ? Name : never;
}[IntegrationFieldName];

/** Values of the writable fields: expiries are numbers (milliseconds since 1970), all others strings. A missing key is unset. */
export type IntegrationFields = {
  -readonly [Name in keyof FieldTable]?: FieldTable[Name]["kind"] extends "expiry" ? number : string;
};

/** Keys of {@link integrationFields}, in its order. */
export const fieldNames: readonly IntegrationFieldName[] = Object.freeze(
  Object.keys(integrationFields) as IntegrationFieldName[],
);

export const secretFieldNames: readonly SecretFieldName[] = fieldNames.filter(isSecretField);

/** Fields that every response of Pinterest contains. Secrets are only in lists and in reads by integration ID. */
export const readableFieldNames = fieldNames.filter((name) => !isSecretField(name));

export function isFieldName(name: string): name is IntegrationFieldName {
  return Object.hasOwn(integrationFields, name);
}

export function isSecretField(name: string): name is SecretFieldName {
  return isFieldName(name) && ["secret", "email"].includes(integrationFields[name].kind);
}

export type FieldNames = readonly IntegrationFieldName[];
