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

/** A part of every string value, to find values in messages. */
export const marker = "VALUE";

const strings = (kind: string) => [1, 2, 3].map((number) => `${marker}-${kind}-${number}`);
const field = (name: string, wire: string, values: readonly Value[], secret = false): Field => ({
  name,
  wire,
  secret,
  values,
});

export const fields: readonly Field[] = [
  field("connectedTagId", "connected_tag_id", strings("tag")),
  field("connectedMerchantId", "connected_merchant_id", strings("merchant")),
  field("additionalId1", "additional_id_1", strings("additional")),
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
  field("partnerAccessToken", "partner_access_token", strings("token"), true),
  field(
    "partnerPrimaryEmail",
    "partner_primary_email",
    strings("mail").map((text) => `${text}@shop.example`),
    true,
  ),
];

/** @throws Error if no field has this name */
export function fieldNamed(name: string): Field {
  const known = fields.find((each) => each.name === name);
  if (known === undefined) throw new Error(`unknown field ${name}`);
  return known;
}

/** Whether two values of a field are equivalent. */
export function isEquivalent(name: string, left: Value | undefined, right: Value | undefined): boolean {
  return JSON.stringify(canonical(name, left)) === JSON.stringify(canonical(name, right));
}

function canonical(name: string, value: Value | undefined): unknown {
  if (value === undefined || value === "" || value === 0) return null;
  if (typeof value === "number") return Math.floor(value / 1000);
  if (name === "scopes") return [...new Set(value.split(/[ ,]+/))].sort();
  if (name === "partnerMetadata") return canonicalJson(value);
  return value;
}

function canonicalJson(text: string): unknown {
  try {
    return Object.entries(JSON.parse(text) as object).sort();
  } catch {
    return text;
  }
}
