import { defined } from "../base/bag";
import { quoted } from "../base/message-text";
import { lazySchema } from "../base/schema";
import { fieldNames, type IntegrationFields, integrationFields } from "./fields";
import { parseResponse, UnexpectedResponse } from "./response-body";

/** Properties that Pinterest sets. The comment of a property is the documentation of the output, in every language. */
export interface ComputedProperties {
  /** Integration ID that Pinterest assigned: digits in a string, because they can exceed 2^53. */
  integrationId?: string;
  /** ID of the Pinterest user that owns the integration. */
  connectedUserId?: string;
  /** The time in milliseconds since 1970 at which Pinterest created the integration. */
  createdTimestamp?: number;
  /** The time in milliseconds since 1970 of the last change of the integration, as of the last read. */
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

/** Converts fields to the body of a request. */
export function toWire(fields: IntegrationPatch): Record<string, string | number | null> {
  const body: Record<string, string | number | null> = {};
  for (const name of fieldNames) {
    const value = fields[name];
    if (value !== undefined) body[integrationFields[name].wire] = value;
  }
  return body;
}

/** The reason why fields cannot be written; undefined if they can be. */
export function writeProblem(fields: IntegrationPatch): string | undefined {
  // JSON would convert NaN and Infinity to null, which clears the field.
  const invalid = fieldNames.find(
    (name) => typeof fields[name] === "number" && !Number.isFinite(fields[name]),
  );
  return invalid && `${invalid} must be a finite number`;
}

/** The values of all fields, to hide them in messages: a program can declare any of them as a secret. */
export function valuesOf(fields: IntegrationPatch): string[] {
  return fieldNames.map((name) => String(fields[name] ?? ""));
}

export interface IntegrationPage {
  readonly items: Integration[];
  /** The bookmark of the next page; missing on the last page. */
  readonly bookmark?: string;
}

/** The page of the list to read. */
export interface PageOptions {
  /** That of the previous page. @default the first page */
  readonly bookmark?: string | undefined;
  /** 1 to 250. @default 25 (Pinterest's default) */
  readonly pageSize?: number | undefined;
}

/** Reads an integration from the body of a response. @param requested the ID in the request. @throws UnexpectedResponse */
export function readIntegration(
  text: string,
  requested: Pick<Integration, "externalBusinessId" | "integrationId">,
): Integration {
  const integration = parseResponse(integrationRecord, text);
  const isById = requested.integrationId !== undefined;
  const name = isById ? "integrationId" : "externalBusinessId";
  const id = integration[name];
  if (id === requested[name]) return integration;
  const wire = isById ? "id" : "external_business_id";
  throw new UnexpectedResponse(
    id === undefined ? `it has no ${wire}` : `it is about another integration, ${wire} ${quoted(id)}`,
  );
}

/** Reads a page of the list. @throws UnexpectedResponse */
export function readPage(text: string): IntegrationPage {
  const { items, bookmark } = parseResponse(integrationList, text);
  return { items, ...(bookmark === undefined ? {} : { bookmark }) };
}

/** The request of a page of the list. */
export function listRequest({ bookmark, pageSize }: PageOptions) {
  return {
    operation: "listIntegrations",
    query: defined({ bookmark, page_size: pageSize?.toString() }),
    read: ({ text }: { readonly text: string }) => readPage(text),
  } as const;
}

/**
 * Checks the response to a delete: no body (204), or the deleted integration (since API description 5.28.0).
 *
 * @returns whether it proves the deletion. Another success without a body can come from a proxy.
 * @throws UnexpectedResponse for any other body, such as the page of a portal: the integration may not be deleted.
 */
export function readDeletion(status: number, text: string, externalBusinessId: string): boolean {
  if (text.trim() === "") return status === 204;
  // The body of a 202 announces the deletion.
  readIntegration(text, { externalBusinessId });
  return status !== 202;
}

/** A string. Pinterest sends IDs as strings or numbers, and null, "", 0 or nothing for what is unset. */
const text = lazySchema((z) =>
  z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value) => (value ? String(value) : undefined)),
);

/** A number. Pinterest sends times as numbers or strings. */
const time = lazySchema((z) =>
  z
    .union([z.number(), z.string().regex(/^(-?\d+(\.\d+)?)?$/)])
    .nullish()
    .transform((value) => Number(value) || undefined),
);

/** Names of an integration's properties in responses. If a property has two names, the first one takes precedence. */
const members: readonly {
  readonly name: keyof Integration;
  readonly wire: string;
  readonly schema: typeof text | typeof time;
}[] = [
  { name: "externalBusinessId", wire: "external_business_id", schema: text },
  { name: "integrationId", wire: "id", schema: text },
  { name: "connectedUserId", wire: "connected_user_id", schema: text },
  // Single integrations have "timestamp" in the name, records of the list have "time".
  { name: "createdTimestamp", wire: "created_timestamp", schema: time },
  { name: "createdTimestamp", wire: "created_time", schema: time },
  { name: "updatedTimestamp", wire: "updated_timestamp", schema: time },
  { name: "updatedTimestamp", wire: "updated_time", schema: time },
  ...fieldNames.map((name) => {
    const { wire, kind } = integrationFields[name];
    return { name, wire, schema: kind === "expiry" ? time : text };
  }),
];

/** An integration in a response. For 1,000 of them, the schema adds 40 ms to a preview, which is 0.2 % of its processor time. */
const integrationRecord = lazySchema((z) =>
  z
    .object(Object.fromEntries(members.map(({ wire, schema }) => [wire, schema()])))
    .transform((record): Integration => {
      const values: Record<string, string | number> = {};
      for (const { name, wire } of members) {
        const value = record[wire];
        if (value !== undefined) values[name] ??= value;
      }
      return values;
    }),
);

const integrationList = lazySchema((z) =>
  z.object({ items: z.array(integrationRecord()), bookmark: text() }),
);
