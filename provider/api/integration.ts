import { isJsonObject, parseObject, UnexpectedResponse } from "../base/json";
import { quoted } from "../base/message-text";
import { fieldNames, type IntegrationFields, integrationFields } from "./fields";

/** Properties that Pinterest sets. The comment of a property is the documentation of the output, in every language. */
export interface ComputedProperties {
  /** Integration ID that Pinterest assigned: digits in a string, because they can exceed 2^53. */
  integrationId?: string;
  /** ID of the Pinterest user that owns the integration. */
  connectedUserId?: string;
  /** When Pinterest created the integration, in milliseconds since 1970. */
  createdTimestamp?: number;
  /** When the integration was last changed, in milliseconds since 1970, as of the last read. */
  updatedTimestamp?: number;
}

/**
 * A commerce integration at Pinterest, in one form for single integrations and for records of the list. The key of an unset field is missing:
 * Pinterest sends null, "", 0 or nothing.
 */
export interface Integration extends ComputedProperties, IntegrationFields {
  /** Your ID of the shop. */
  externalBusinessId?: string;
}

/** Values to write. null asks Pinterest to clear the field. */
export type IntegrationPatch = { [Name in keyof IntegrationFields]?: IntegrationFields[Name] | null };

/**
 * Converts fields to the body of a request.
 *
 * @throws RangeError for NaN and Infinity, which JSON would convert to null: that clears the field.
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

/** The values of the fields, which must not be shown: a program can declare any of them as a secret. */
export function valuesOf(fields: IntegrationPatch): string[] {
  return fieldNames.map((name) => String(fields[name] ?? "")).filter((value) => value !== "");
}

/** A page of the account's integrations. */
export interface IntegrationPage {
  readonly items: Integration[];
  /** The bookmark of the next page; missing on the last page. */
  readonly bookmark?: string;
}

/** Reads an integration from the body of a response. @param requested the ID in the request. @throws UnexpectedResponse */
export function readIntegration(
  text: string,
  idName: "externalBusinessId" | "integrationId",
  requested: string,
): Integration {
  const integration = integrationOf(parseObject(text));
  const id = integration[idName];
  if (id === requested) return integration;
  const wire = idName === "integrationId" ? "id" : "external_business_id";
  throw new UnexpectedResponse(
    id === undefined ? `it has no ${wire}` : `it is about another integration, ${wire} ${quoted(id)}`,
  );
}

/** Reads a page of the list. @throws UnexpectedResponse */
export function readPage(text: string): IntegrationPage {
  const body = parseObject(text);
  if (!Array.isArray(body.items)) throw wrongType("items");
  const items = body.items.map((record: unknown, index) => {
    if (!isJsonObject(record)) throw wrongType(`items.${index}`);
    return integrationOf(record, `items.${index}.`);
  });
  const bookmark = textOf(body.bookmark, "", "bookmark");
  return { items, ...(bookmark === undefined ? {} : { bookmark }) };
}

/**
 * Checks the response to a delete: no body (204), or the deleted integration (since API description 5.28.0).
 *
 * @returns whether it proves the deletion. Another success without a body can come from a proxy.
 * @throws UnexpectedResponse for any other body, such as the page of a portal: the integration may not be deleted.
 */
export function readDeletion(status: number, text: string, requested: string): boolean {
  if (text.trim() === "") return status === 204;
  // The body of a 202 announces the deletion.
  readIntegration(text, "externalBusinessId", requested);
  return status !== 202;
}

/** Names of an integration's properties in responses. If a property has two names, the first one takes precedence. */
const members: readonly {
  readonly name: keyof Integration;
  readonly wire: string;
  readonly read: typeof textOf | typeof numberOf;
}[] = [
  { name: "externalBusinessId", wire: "external_business_id", read: textOf },
  { name: "integrationId", wire: "id", read: textOf },
  { name: "connectedUserId", wire: "connected_user_id", read: textOf },
  // Single integrations have "timestamp" in the name, records of the list have "time".
  { name: "createdTimestamp", wire: "created_timestamp", read: numberOf },
  { name: "createdTimestamp", wire: "created_time", read: numberOf },
  { name: "updatedTimestamp", wire: "updated_timestamp", read: numberOf },
  { name: "updatedTimestamp", wire: "updated_time", read: numberOf },
  ...fieldNames.map((name) => {
    const { wire, kind } = integrationFields[name];
    return { name, wire, read: kind === "expiry" ? numberOf : textOf };
  }),
];

/**
 * Parses an integration. Uses no library for schemas, which would be slower for lists of many thousands.
 *
 * @param place the path of the record in the response, with a period at the end, or "".
 */
function integrationOf(record: Record<string, unknown>, place = ""): Integration {
  const values: Record<string, string | number> = {};
  for (const { name, wire, read } of members) {
    const value = read(record[wire], place, wire);
    if (value !== undefined) values[name] ??= value;
  }
  return values;
}

const isUnset = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || value === 0;

/** Pinterest sends IDs as strings or numbers. */
function textOf(value: unknown, place: string, wire: string): string | undefined {
  if (isUnset(value)) return undefined;
  if (typeof value === "string" || Number.isFinite(value)) return String(value);
  throw wrongType(place + wire);
}

/** Pinterest sends times as numbers or strings. */
function numberOf(value: unknown, place: string, wire: string): number | undefined {
  if (isUnset(value)) return undefined;
  const isNumber = typeof value === "string" ? /^-?\d+(\.\d+)?$/.test(value) : Number.isFinite(value);
  if (isNumber) return Number(value) || undefined;
  throw wrongType(place + wire);
}

function wrongType(place: string): UnexpectedResponse {
  return new UnexpectedResponse(`${place} is missing or of another type`);
}
