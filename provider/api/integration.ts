import { UnexpectedAnswer } from "./error-mapping";
import { fieldNames, type IntegrationFields, integrationFields } from "./fields";
import { isJsonObject, parseJson } from "./json";
import { quoted } from "./message-text";

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

/** One page of the account's integrations. */
export interface IntegrationPage {
  readonly items: Integration[];
  /** Where the next page begins; missing on the last. */
  readonly bookmark?: string;
}

/**
 * An integration out of an answer's body.
 *
 * @param asked the external business id that the answer must be about.
 * @throws UnexpectedAnswer
 */
export function readIntegration(text: string, asked: string): Integration {
  const integration = integrationOf(parsedBody(text));
  if (integration.externalBusinessId === undefined) {
    throw new UnexpectedAnswer("it has no external_business_id");
  }
  if (integration.externalBusinessId !== asked) {
    throw new UnexpectedAnswer(`it is about another integration, ${quoted(integration.externalBusinessId)}`);
  }
  return integration;
}

/**
 * An integration out of the body of an answer by number.
 *
 * @param asked the number, as text, that the answer must be about.
 * @throws UnexpectedAnswer
 */
export function readNumberedIntegration(text: string, asked: string): Integration {
  const integration = integrationOf(parsedBody(text));
  if (integration.integrationId === undefined) throw new UnexpectedAnswer("it has no id");
  if (integration.integrationId !== asked) {
    throw new UnexpectedAnswer(
      `it is about another integration, number ${quoted(integration.integrationId)}`,
    );
  }
  return integration;
}

/**
 * One page of a list.
 *
 * @throws UnexpectedAnswer
 */
export function readPage(text: string): IntegrationPage {
  const body = parsedBody(text);
  if (!Array.isArray(body.items)) throw wrongType("items");
  const items = body.items.map((record: unknown, index) => {
    if (!isJsonObject(record)) throw wrongType(`items.${index}`);
    return integrationOf(record, `items.${index}.`);
  });
  const bookmark = textOf(body.bookmark, "", "bookmark");
  return bookmark === undefined ? { items } : { items, bookmark };
}

/**
 * Checks the answer to a delete: no body (204), or the integration that is gone (since 5.28).
 *
 * @throws UnexpectedAnswer for any other, such as a portal's page, which does not say that anything was deleted.
 */
export function readDeletion(status: number, text: string, asked: string): void {
  if (status === 204 || text.trim() === "") return;
  readIntegration(text, asked);
}

/** @throws UnexpectedAnswer */
function parsedBody(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    throw bodyProblem(text);
  }
  if (!isJsonObject(body)) throw new UnexpectedAnswer("it is not a JSON object");
  return body;
}

function bodyProblem(text: string): UnexpectedAnswer {
  if (text.trim() === "") return new UnexpectedAnswer("it is empty");
  return /^\s*</.test(text)
    ? new UnexpectedAnswer("it is HTML, not JSON")
    : new UnexpectedAnswer("it is not JSON, or broken off", true);
}

/** Where the members of an integration stand, in the order in which they are read; of two places of one member the first counts. */
const members: readonly {
  readonly name: keyof Integration;
  readonly wire: string;
  readonly read: typeof textOf | typeof numberOf;
}[] = [
  { name: "externalBusinessId", wire: "external_business_id", read: textOf },
  { name: "integrationId", wire: "id", read: textOf },
  { name: "connectedUserId", wire: "connected_user_id", read: textOf },
  // The integration's own answer says timestamp, the list's record says time.
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
 * Written out rather than a schema, since every answer and every record of a list comes through here.
 *
 * @param place where in the answer it stands, with a point behind; "" for the answer itself.
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

/** An id comes as text or as a number. */
function textOf(value: unknown, place: string, wire: string): string | undefined {
  if (isUnset(value)) return undefined;
  if (typeof value === "string" || Number.isFinite(value)) return String(value);
  throw wrongType(place + wire);
}

/** A moment comes as a number or as its text. */
function numberOf(value: unknown, place: string, wire: string): number | undefined {
  if (isUnset(value)) return undefined;
  const isNumber = typeof value === "string" ? /^-?\d+(\.\d+)?$/.test(value) : Number.isFinite(value);
  if (isNumber) return Number(value) || undefined;
  throw wrongType(place + wire);
}

function wrongType(place: string): UnexpectedAnswer {
  return new UnexpectedAnswer(`${place} is missing or of another type`);
}
