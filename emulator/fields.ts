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

/** Everything of an integration that a program may write, by Pinterest's names; null is "not set". */
export const integrationFieldsSchema = z.strictObject({ ...textShape, ...expiryShape });

/**
 * The fields of an integration that can be written, by their names on the wire. Absent leaves a field alone,
 * `null` unsets it. Expiries are milliseconds since 1970.
 */
export type IntegrationFields = z.infer<typeof integrationFieldsSchema>;

/** The name of a field that can be written. */
export type FieldName = keyof IntegrationFields;

/** An integration as the emulator holds it, by Pinterest's names; a field that is not set is `null`. */
export type Integration = {
  /** Pinterest's own number: 19 digits, more than a JavaScript number can hold. */
  readonly id: string;
  /** The id that the business chose; unique over all accounts. */
  readonly external_business_id: string;
  /** The Pinterest user who owns it. */
  readonly connected_user_id: string;
  /** Milliseconds since 1970, whole seconds; later than that of every integration made before. */
  readonly created_timestamp: number;
  /** Milliseconds since 1970, whole seconds; later after each write. */
  readonly updated_timestamp: number;
} & { readonly [F in FieldName]: Exclude<IntegrationFields[F], undefined> };

export const FIELD_NAMES = Object.keys(integrationFieldsSchema.shape) as FieldName[];

/** The fields that Pinterest leaves out of the commerce answers. */
export const SECRET_FIELDS: readonly FieldName[] = [
  "partner_access_token",
  "partner_refresh_token",
  "partner_primary_email",
];

export const EXPIRY_FIELDS = Object.keys(expiryShape) as FieldName[];

/** Those that Pinterest refuses to take as an empty text (seen in the WooCommerce plugin's reports). */
export const NEVER_EMPTY_FIELDS: readonly FieldName[] = ["connected_advertiser_id", "connected_tag_id"];

/** An integration's fields before anything is set. */
export const UNSET_FIELDS = Object.fromEntries(FIELD_NAMES.map((name) => [name, null])) as {
  [F in FieldName]: null;
};

// Spec 5.23.0 has integers on POST and numbers on PATCH; 5.28.0 has numbers on both.
const integerExpiry = z.int().nullable().optional();

export const createBodySchema = {
  "5.23": z.looseObject({
    external_business_id: text,
    ...textShape,
    partner_access_token_expiry: integerExpiry,
    partner_refresh_token_expiry: integerExpiry,
  }),
  "5.28": z.looseObject({ external_business_id: text, ...textShape, ...expiryShape }),
};

export const updateBodySchema = z.looseObject({
  external_business_id: text,
  ...textShape,
  ...expiryShape,
});
