/** A field of an integration: its name in a program and at Pinterest, and two values that differ. */
export interface FieldCase {
  name: string;
  wire: string;
  before: string | number;
  after: string | number;
  /** No read of an integration returns it. */
  secret?: boolean;
}

/** Every field that a program can set. The values are in canonical form, so Pinterest stores them unchanged. */
export const everyField: readonly FieldCase[] = [
  { name: "connectedMerchantId", wire: "connected_merchant_id", before: "11", after: "12" },
  { name: "connectedAdvertiserId", wire: "connected_advertiser_id", before: "21", after: "22" },
  { name: "connectedTagId", wire: "connected_tag_id", before: "31", after: "32" },
  { name: "connectedLbaId", wire: "connected_lba_id", before: "41", after: "42" },
  { name: "partnerAccessToken", wire: "partner_access_token", before: "at-1", after: "at-2", secret: true },
  { name: "partnerRefreshToken", wire: "partner_refresh_token", before: "rt-1", after: "rt-2", secret: true },
  {
    name: "partnerPrimaryEmail",
    wire: "partner_primary_email",
    before: "one@shop.example",
    after: "two@shop.example",
    secret: true,
  },
  {
    name: "partnerAccessTokenExpiry",
    wire: "partner_access_token_expiry",
    before: Date.parse("2030-01-01T00:00:00Z"),
    after: Date.parse("2030-02-01T00:00:00Z"),
  },
  {
    name: "partnerRefreshTokenExpiry",
    wire: "partner_refresh_token_expiry",
    before: Date.parse("2031-01-01T00:00:00Z"),
    after: Date.parse("2031-02-01T00:00:00Z"),
  },
  { name: "scopes", wire: "scopes", before: "ads:read", after: "ads:read,ads:write" },
  { name: "additionalId1", wire: "additional_id_1", before: "extra-1", after: "extra-2" },
  { name: "partnerMetadata", wire: "partner_metadata", before: '{"plan":1}', after: '{"plan":2}' },
];

/** The fields whose drift a read can see. */
export const readableFields = everyField.filter(({ secret }) => secret !== true);

/** The IDs of the Pinterest objects that the shop is connected to. */
export const connectedIds = everyField.filter(({ name }) => name.startsWith("connected"));

/** Arguments with every field's value `before`, except the fields in `changed`, which have their value `after`. */
export function argumentsWith(
  externalBusinessId: string,
  changed: readonly FieldCase[] = [],
): Record<string, unknown> {
  const values = everyField.map((field) => [
    field.name,
    changed.includes(field) ? field.after : field.before,
  ]);
  return { externalBusinessId, ...Object.fromEntries(values) };
}
