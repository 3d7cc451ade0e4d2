import { fieldNames, type IntegrationFields, integrationFields } from "./fields";

/**
 * A commerce integration as Pinterest holds it, in one form for both of Pinterest's answers (the integration's own and the
 * list's record). What Pinterest gives as null, "", 0 or not at all is unset: its key is missing.
 */
export interface Integration extends IntegrationFields {
  /** The partner's id of the business, by which the API's paths know the integration. */
  externalBusinessId?: string;
  /** Pinterest's own number of the integration: up to 19 digits, hence text. */
  integrationId?: string;
  /** The Pinterest user that owns the integration. */
  connectedUserId?: string;
  /** When it was created, in epoch milliseconds. */
  createdTimestamp?: number;
  /** When it was last changed, in epoch milliseconds. */
  updatedTimestamp?: number;
}

/** Values to write; null asks Pinterest to clear the field. */
export type IntegrationPatch = { [Name in keyof IntegrationFields]?: IntegrationFields[Name] | null };

/**
 * The JSON body for the given fields: exactly the keys that are given, null included.
 *
 * @throws RangeError for a number that JSON cannot hold and would turn into null, which means "clear".
 */
export function toWire(fields: IntegrationPatch): Record<string, string | number | null> {
  const body: Record<string, string | number | null> = {};
  for (const name of fieldNames) {
    const value = fields[name];
    if (value === undefined) continue;
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new RangeError(`${name} must be a finite number`);
    }
    body[integrationFields[name].wire] = value;
  }
  return body;
}

/** The values of the given fields, none of which is to be shown: a program may have any of them as a secret. */
export function valuesOf(fields: IntegrationPatch): string[] {
  return fieldNames.map((name) => String(fields[name] ?? "")).filter((value) => value !== "");
}
