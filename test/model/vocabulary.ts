/** A field as the model defines it, independent of the provider's table. */
export interface Field {
  /** The argument's name. */
  readonly name: string;
  /** The name in the API. */
  readonly wire: string;
  /** Whether reads of an integration omit it. */
  readonly secret: boolean;
  /** The values that programs and drift use. Some are two spellings of one value. */
  readonly values: readonly Value[];
}

export type Value = string | number;

/** Values of fields by argument name. Absent means unset. */
export type Values = Readonly<Record<string, Value>>;

/** Part of every string value, so that messages that contain one are found. */
export const marker = "VALUE";

const texts = (kind: string) => [1, 2, 3].map((number) => `${marker}-${kind}-${number}`);
const field = (name: string, wire: string, values: readonly Value[], secret = false): Field => ({
  name,
  wire,
  secret,
  values,
});

export const fields: readonly Field[] = [
  field("connectedTagId", "connected_tag_id", texts("tag")),
  field("connectedMerchantId", "connected_merchant_id", texts("merchant")),
  field("additionalId1", "additional_id_1", texts("additional")),
  field("scopes", "scopes", [
    `${marker}:read,${marker}:write`,
    `${marker}:write ${marker}:read`,
    `${marker}:write`,
  ]),
  field("partnerMetadata", "partner_metadata", [
    `{"b":1,"a":"${marker}-1"}`,
    `{ "a": "${marker}-1", "b": 1.0 }`,
    `${marker} that is no JSON`,
  ]),
  field(
    "partnerAccessTokenExpiry",
    "partner_access_token_expiry",
    [1_893_456_000_000, 1_893_456_000_500, 1_896_134_400_000],
  ),
  field("partnerAccessToken", "partner_access_token", texts("token"), true),
  field(
    "partnerPrimaryEmail",
    "partner_primary_email",
    texts("mail").map((text) => `${text}@shop.example`),
    true,
  ),
];

const byName = new Map(fields.map((known) => [known.name, known]));

/** @throws Error if no field has this name */
export function fieldNamed(name: string): Field {
  const known = byName.get(name);
  if (known === undefined) throw new Error(`the model knows no field ${name}`);
  return known;
}

/** Whether two values of a field are equivalent. */
export function same(name: string, left: Value | undefined, right: Value | undefined): boolean {
  return JSON.stringify(meaning(name, left)) === JSON.stringify(meaning(name, right));
}

function meaning(name: string, value: Value | undefined): unknown {
  if (value === undefined || value === "" || value === 0) return null;
  if (typeof value === "number") return Math.floor(value / 1000);
  if (name === "scopes") return [...new Set(value.split(/[ ,]+/))].sort();
  if (name === "partnerMetadata") return document(value);
  return value;
}

function document(text: string): unknown {
  try {
    return Object.entries(JSON.parse(text) as object).sort();
  } catch {
    return text;
  }
}
