/** Name at Pinterest, kind and secrecy of a writable field of an integration. */
export interface IntegrationField {
  /** Name in Pinterest's JSON. */
  readonly wire: string;
  /**
   * Kind of value: an ID, a secret string, the expiry of a token (milliseconds since 1970), OAuth scopes in one string, a string, or a
   * string that usually contains JSON.
   */
  readonly kind: "id" | "secret" | "expiry" | "scopes" | "text" | "metadata";
  /** Whether the value is never shown. */
  readonly secret: boolean;
}

/**
 * Writable fields of a commerce integration, by their name in this package. Names and kinds are those of Pinterest's API description
 * (5.23.0, IntegrationRequest). Types and checks are derived from this table.
 */
export const integrationFields = {
  /** ID of the connected Pinterest merchant, the owner of the catalog. */
  connectedMerchantId: { wire: "connected_merchant_id", kind: "id", secret: false },
  // Read-only in the description of answers (5.23.0), but writable in practice.
  /** ID of the connected advertiser (ad account). */
  connectedAdvertiserId: { wire: "connected_advertiser_id", kind: "id", secret: false },
  /** ID of the connected Pinterest tag. */
  connectedTagId: { wire: "connected_tag_id", kind: "id", secret: false },
  /** ID of the linked business account. */
  connectedLbaId: { wire: "connected_lba_id", kind: "id", secret: false },
  /** Access token of the partner platform. Only the list and reads by integration ID can contain it. */
  partnerAccessToken: { wire: "partner_access_token", kind: "secret", secret: true },
  /** Refresh token of the partner platform. Only the list and reads by integration ID can contain it. */
  partnerRefreshToken: { wire: "partner_refresh_token", kind: "secret", secret: true },
  /** E-mail address of the merchant at the partner platform. Only the list and reads by integration ID can contain it. */
  partnerPrimaryEmail: { wire: "partner_primary_email", kind: "secret", secret: true },
  /** When the partner's access token expires, in milliseconds since 1970. */
  partnerAccessTokenExpiry: { wire: "partner_access_token_expiry", kind: "expiry", secret: false },
  /** When the partner's refresh token expires, in milliseconds since 1970. */
  partnerRefreshTokenExpiry: { wire: "partner_refresh_token_expiry", kind: "expiry", secret: false },
  /** Scopes of the partner tokens, in one string. */
  scopes: { wire: "scopes", kind: "scopes", secret: false },
  /** An additional ID of the partner. */
  additionalId1: { wire: "additional_id_1", kind: "text", secret: false },
  /** Additional data of the partner: a string, usually JSON. */
  partnerMetadata: { wire: "partner_metadata", kind: "metadata", secret: false },
} as const satisfies Readonly<Record<string, IntegrationField>>;

/** Name, in this package, of a writable field. */
export type IntegrationFieldName = keyof typeof integrationFields;

/** Values of the writable fields: expiries are numbers (milliseconds since 1970), all others strings. A missing key is unset. */
export type IntegrationFields = {
  -readonly [Name in keyof typeof integrationFields]?: (typeof integrationFields)[Name]["kind"] extends "expiry"
    ? number
    : string;
};

/** Keys of {@link integrationFields}, in its order. */
export const fieldNames: readonly IntegrationFieldName[] = Object.freeze(
  Object.keys(integrationFields) as IntegrationFieldName[],
);
