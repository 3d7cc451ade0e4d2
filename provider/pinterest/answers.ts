import type * as Zod from "zod";
import { fieldNames, integrationFields } from "./fields";
import type { Integration } from "./integration";
import { parseJson } from "./json";

/** Why a success answer is not what the API describes. Names places, never values, which may be secret. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
  /** @param brokenOff whether it may be the beginning of what was expected. */
  constructor(
    message: string,
    readonly brokenOff = false,
  ) {
    super(message);
  }
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
    throw new UnexpectedAnswer(
      `it is about another integration, ${JSON.stringify(integration.externalBusinessId)}`,
    );
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
      `it is about another integration, number ${JSON.stringify(integration.integrationId)}`,
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
    if (!isObject(record)) throw wrongType(`items.${index}`);
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

/** What an error answer says. */
export interface ErrorBody {
  /** Missing if the body is not in Pinterest's form. */
  readonly code?: number;
  readonly message: string;
  /** Whether the body says more than the message does. */
  readonly more: boolean;
}

/** Reads the body of an error answer, of any form. */
export function readError(text: string): ErrorBody {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    return { message: "", more: text.trim() !== "" };
  }
  // With the first error: loading zod takes longer than the whole package does.
  built ??= errorSchema(require("zod") as typeof Zod);
  const known = built.safeParse(body);
  if (!known.success) return { message: "", more: true };
  const { code, message, message_detail, error_description, details } = known.data;
  const said = [...new Set([message, message_detail, error_description])].filter(
    (part) => part !== undefined,
  );
  return {
    message: said.join(" "),
    more: said.length === 0 || details !== undefined,
    ...(code === undefined ? {} : { code }),
  };
}

/** @throws UnexpectedAnswer */
function parsedBody(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    throw bodyProblem(text);
  }
  if (!isObject(body)) throw new UnexpectedAnswer("it is not a JSON object");
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

let built: ReturnType<typeof errorSchema> | undefined;

function errorSchema(z: typeof Zod) {
  const optionalText = z.string().min(1).optional().catch(undefined);
  return z.object({
    code: z
      .union([z.int(), z.string().regex(/^\d{1,15}$/)])
      .transform(Number)
      .optional()
      .catch(undefined),
    message: optionalText,
    message_detail: optionalText,
    error_description: optionalText,
    details: z.unknown().optional(),
  });
}
