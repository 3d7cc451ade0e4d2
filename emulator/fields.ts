import { z } from "zod";

const text = z.string().nullable().optional();
const expiry = z.number().nullable().optional();

const textShape = {
  connected_merchant_id: text,
  connected_advertiser_id: text,
  connected_tag_id: text,
  connected_lba_id: text,
  partner_access_token: text,
  partner_refresh_token: text,
  partner_primary_email: text,
  scopes: text,
  additional_id_1: text,
  partner_metadata: text,
};

const expiryShape = {
  partner_access_token_expiry: expiry,
  partner_refresh_token_expiry: expiry,
};

/** Writable fields of an integration. */
export const integrationFieldsSchema = z.strictObject({ ...textShape, ...expiryShape });

/** Writable fields of an integration, with the names of the API. `null` unsets a field. Expiries are milliseconds since 1970. */
export type IntegrationFields = z.infer<typeof integrationFieldsSchema>;

/** Name of a writable field. */
export type FieldName = keyof IntegrationFields;

/** An integration, with the names of the API. An unset field is `null`. */
export type Integration = {
  /** Integration ID: 19 digits, more than a JavaScript number can hold. */
  readonly id: string;
  /** External business ID, unique across all accounts. */
  readonly external_business_id: string;
  /** Pinterest user who owns the integration. */
  readonly connected_user_id: string;
  /** Milliseconds since 1970, in whole seconds. Later than those of all earlier integrations. */
  readonly created_timestamp: number;
  /** Milliseconds since 1970, in whole seconds. Each write increases it. */
  readonly updated_timestamp: number;
} & { readonly [F in FieldName]: Exclude<IntegrationFields[F], undefined> };

export const wireNames = Object.keys(integrationFieldsSchema.shape) as FieldName[];

/** Fields that the responses of create, get and update never contain. */
export const secretFields: readonly FieldName[] = [
  "partner_access_token",
  "partner_refresh_token",
  "partner_primary_email",
];

export const expiryFields = Object.keys(expiryShape) as FieldName[];

/** Fields that Pinterest rejects as an empty string, as users of the WooCommerce plugin reported. */
export const neverEmptyFields: readonly FieldName[] = ["connected_advertiser_id", "connected_tag_id"];

/** All fields, unset. */
export const unsetFields = Object.fromEntries(wireNames.map((name) => [name, null])) as {
  [F in FieldName]: null;
};

export const updateBodySchema = z.looseObject({ external_business_id: text, ...textShape, ...expiryShape });

// 5.23.0 has integers on POST and numbers on PATCH; 5.28.0 has numbers on both.
const integerExpiry = z.int().nullable().optional();

export const createBodySchema = {
  "5.23": updateBodySchema.extend({
    partner_access_token_expiry: integerExpiry,
    partner_refresh_token_expiry: integerExpiry,
  }),
  "5.28": updateBodySchema,
};
