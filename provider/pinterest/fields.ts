/** How one writable field of an integration is named and treated. */
export interface IntegrationField {
  /** The field's name in Pinterest's JSON. */
  readonly wire: string;
  /**
   * What the value is: an id of Pinterest or of the partner, a secret text, the moment a token expires (epoch
   * milliseconds), a list of OAuth scopes in one text, plain text, or text that by custom holds JSON.
   */
  readonly kind: "id" | "secret" | "expiry" | "scopes" | "text" | "metadata";
  /** Whether the value must never be shown. */
  readonly secret: boolean;
}

/**
 * The fields of a commerce integration that a client may write, by their name in this package. Names and kinds follow
 * Pinterest's API description (5.23.0, IntegrationRequest); everything else that is said about a field anywhere,
 * types included, is derived from this table.
 */
export const integrationFields = {
  /** Pinterest's merchant (catalog owner) that the business is linked with. */
  connectedMerchantId: { wire: "connected_merchant_id", kind: "id", secret: false },
  // Declared read-only in answers, yet writable in practice.
  /** Pinterest ad account. */
  connectedAdvertiserId: { wire: "connected_advertiser_id", kind: "id", secret: false },
  /** Pinterest conversion tag. */
  connectedTagId: { wire: "connected_tag_id", kind: "id", secret: false },
  /** Pinterest's linked business account. */
  connectedLbaId: { wire: "connected_lba_id", kind: "id", secret: false },
  /** The partner platform's access token. Only records of the list show it, and only where Pinterest chooses to. */
  partnerAccessToken: { wire: "partner_access_token", kind: "secret", secret: true },
  /** The partner platform's refresh token; shown as {@link integrationFields.partnerAccessToken} is. */
  partnerRefreshToken: { wire: "partner_refresh_token", kind: "secret", secret: true },
  /** The merchant's e-mail address on the partner platform; shown as the tokens are. */
  partnerPrimaryEmail: { wire: "partner_primary_email", kind: "secret", secret: true },
  /** When the partner's access token expires, in epoch milliseconds. */
  partnerAccessTokenExpiry: { wire: "partner_access_token_expiry", kind: "expiry", secret: false },
  /** When the partner's refresh token expires, in epoch milliseconds. */
  partnerRefreshTokenExpiry: { wire: "partner_refresh_token_expiry", kind: "expiry", secret: false },
  /** The partner token's scopes, as one text. */
  scopes: { wire: "scopes", kind: "scopes", secret: false },
  /** A further id of the partner's choice. */
  additionalId1: { wire: "additional_id_1", kind: "text", secret: false },
  /** Free text, by custom a JSON document. */
  partnerMetadata: { wire: "partner_metadata", kind: "metadata", secret: false },
} as const satisfies Readonly<Record<string, IntegrationField>>;

/** The name, in this package, of a field that a client may write. */
export type IntegrationFieldName = keyof typeof integrationFields;

/** Values of the writable fields: expiries are numbers (epoch milliseconds), all others text. A missing key is unset. */
export type IntegrationFields = {
  -readonly [Name in keyof typeof integrationFields]?: (typeof integrationFields)[Name]["kind"] extends "expiry"
    ? number
    : string;
};

/** The keys of {@link integrationFields}, in its order. */
export const fieldNames: readonly IntegrationFieldName[] = Object.freeze(
  Object.keys(integrationFields) as IntegrationFieldName[],
);
