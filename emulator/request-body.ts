import type { z } from "zod";
import { type Answer, invalid } from "./answers";
import {
  createBodySchema,
  EXPIRY_FIELDS,
  FIELD_NAMES,
  type FieldName,
  type IntegrationFields,
  NEVER_EMPTY_FIELDS,
  updateBodySchema,
} from "./fields";
import type { Switches } from "./switches";

/** What a write asks for: the fields to set or unset, and the id that the body names, if any. */
export interface Write {
  readonly externalId: string | null;
  readonly fields: IntegrationFields;
}

/** Reads the body of a create. */
export function parseCreate(body: unknown, switches: Switches): Write | Answer {
  return parse(createBodySchema[switches.generation], body, switches);
}

/** Reads the body of an update. */
export function parseUpdate(body: unknown, switches: Switches): Write | Answer {
  return parse(updateBodySchema, body, switches);
}

type Parsed = IntegrationFields & { external_business_id?: string | null | undefined };

function parse(schema: z.ZodType<Parsed>, body: unknown, switches: Switches): Write | Answer {
  const result = schema.safeParse(body);
  if (!result.success) return invalid(describe(result.error, body));
  const fields: IntegrationFields = {};
  for (const name of FIELD_NAMES) {
    const given = result.data[name];
    if (given === undefined || switches.ignoredFields.includes(name)) continue;
    const treatment = treat(name, given, switches);
    if (treatment === "refused") return invalid(`'${name}' value ${JSON.stringify(given)} must not be empty`);
    if (treatment !== "ignored") Object.assign(fields, { [name]: stored(name, given, treatment, switches) });
  }
  return { externalId: result.data.external_business_id ?? null, fields };
}

function treat(name: FieldName, value: string | number | null, switches: Switches) {
  if (value === null) return switches.clearByNull;
  if (value !== "" && value !== 0) return "sets";
  return NEVER_EMPTY_FIELDS.includes(name) ? "refused" : "clears";
}

function stored(
  name: FieldName,
  value: string | number | null,
  treatment: "sets" | "clears",
  switches: Switches,
): string | number | null {
  if (treatment === "clears") return null;
  if (typeof value === "number" && EXPIRY_FIELDS.includes(name) && switches.expiryRounding === "seconds") {
    return Math.floor(value / 1000) * 1000;
  }
  if (typeof value === "string" && name === "partner_metadata" && switches.metadataReserialized) {
    return reserialize(value);
  }
  return value;
}

// Other white space, the same tokens: numbers that JavaScript cannot hold stay as they are.
function reserialize(text: string): string {
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

// Like Pinterest's own messages, this one repeats the value, be it a secret.
function describe(error: z.ZodError, body: unknown): string {
  const [issue] = error.issues;
  const [name] = issue?.path ?? [];
  if (typeof name !== "string" || typeof body !== "object" || body === null) {
    return "The request body must be a JSON object.";
  }
  const value = JSON.stringify((body as Record<string, unknown>)[name]);
  return `'${name}' value ${value} is not valid: ${issue?.message}`;
}
