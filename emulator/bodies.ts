import type { z } from "zod";
import {
  createBodySchema,
  expiryFields,
  type FieldName,
  type Integration,
  type IntegrationFields,
  neverEmptyFields,
  secretFields,
  updateBodySchema,
  wireNames,
} from "./fields";
import { type ApiResponse, invalid } from "./responses";
import type { Switches } from "./switches";

type Value = string | number | null;

/** The content of a create or update. */
interface WriteBody {
  /** External business ID in the body. */
  readonly externalId: string | null;
  readonly fields: IntegrationFields;
}

/** Parses the body of a create or update. Returns the response if it is invalid. */
export function parseWriteBody(
  operation: "create" | "update",
  body: unknown,
  switches: Switches,
): WriteBody | ApiResponse {
  const schema = operation === "create" ? createBodySchema[switches.generation] : updateBodySchema;
  const result = schema.safeParse(body);
  if (!result.success) return invalid(describe(result.error, body));
  const fields: IntegrationFields = {};
  for (const name of wireNames) {
    const value = result.data[name];
    if (value === undefined || switches.ignoredFields.includes(name)) continue;
    if (value === null && switches.clearByNull === "ignored") continue;
    const refused =
      value === null ? switches.clearByNull === "refused" : value === "" && neverEmptyFields.includes(name);
    if (refused) return invalid(`'${name}' value ${JSON.stringify(value)} must not be empty`);
    Object.assign(fields, { [name]: storedValue(name, value, switches) });
  }
  return { externalId: result.data.external_business_id ?? null, fields };
}

function storedValue(
  name: FieldName,
  value: Value,
  { expiryRounding, metadataReserialized }: Switches,
): Value {
  if (value === "" || value === 0) return null;
  if (typeof value === "number" && expiryRounding === "seconds") return Math.floor(value / 1000) * 1000;
  if (typeof value === "string" && name === "partner_metadata" && metadataReserialized) {
    return withOtherWhitespace(value);
  }
  return value;
}

// `{"a":1,"b":[2]}` gives `{"a": 1, "b": [2]}`. Keeps the tokens, because JavaScript cannot represent every number of JSON.
function withOtherWhitespace(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+|[:,]/g, (found, quoted?: string) => {
    if (quoted !== undefined) return quoted;
    return found === ":" || found === "," ? `${found} ` : "";
  });
}

// Pinterest's messages also contain the value, even if it is a secret.
function describe(error: z.ZodError, body: unknown): string {
  const [issue] = error.issues;
  const [name] = issue?.path ?? [];
  if (typeof name !== "string" || typeof body !== "object" || body === null) {
    return "The request body must be a JSON object.";
  }
  const value = JSON.stringify((body as Record<string, unknown>)[name]);
  return `'${name}' value ${value} is not valid: ${issue?.message}`;
}

/** Body of the responses of create, get, update and delete (`IntegrationMetadata`): without secrets. */
export function metadataBody(record: Integration, switches: Switches): object {
  return {
    ...identity(record),
    ...shownFields(record, (name, value) => metadataValue(name, value, switches)),
    created_timestamp: record.created_timestamp,
    updated_timestamp: record.updated_timestamp,
  };
}

/** Body of the responses of list and getById (`IntegrationRecord`): with secrets. */
export function recordBody(record: Integration, switches: Switches): object {
  return {
    ...identity(record),
    ...shownFields(record, (name, value) => recordValue(name, value, switches)),
    created_time: record.created_timestamp,
    updated_time: record.updated_timestamp,
  };
}

function identity({ id, external_business_id, connected_user_id }: Integration) {
  return { id, external_business_id, connected_user_id };
}

function shownFields(
  record: Integration,
  shown: (name: FieldName, value: Value) => Value | undefined,
): Record<string, Value> {
  const fields: Record<string, Value> = {};
  for (const name of wireNames) {
    const value = shown(name, record[name]);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

function metadataValue(name: FieldName, value: Value, { metadataUnset }: Switches): Value | undefined {
  if (secretFields.includes(name)) return undefined;
  if (value !== null) return value;
  if (metadataUnset === "empty") return expiryFields.includes(name) ? 0 : "";
  return metadataUnset === "null" ? null : undefined;
}

function recordValue(
  name: FieldName,
  value: Value,
  { recordSecrets, recordUnset }: Switches,
): Value | undefined {
  if (secretFields.includes(name)) {
    if (recordSecrets === "omitted") return undefined;
    if (recordSecrets === "null") return null;
    if (recordSecrets === "masked" && value !== null) return "********";
  }
  // Expiries are integers in `IntegrationRecord`, and numbers in `IntegrationMetadata`.
  if (typeof value === "number") return Math.trunc(value);
  return value === null && recordUnset === "omitted" ? undefined : value;
}
