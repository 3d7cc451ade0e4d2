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
  const integration = parsed(schemas().integration, text);
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
  const integration = parsed(schemas().integration, text);
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
  const { items, bookmark } = parsed(schemas().page, text);
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
  const known = schemas().error.safeParse(body);
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

function parsed<T>(schema: Zod.ZodType<T>, text: string): T {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    throw bodyProblem(text);
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join(".") ?? "";
  throw new UnexpectedAnswer(
    path === "" ? "it is not a JSON object" : `${path} is missing or of another type`,
  );
}

function bodyProblem(text: string): UnexpectedAnswer {
  if (text.trim() === "") return new UnexpectedAnswer("it is empty");
  return /^\s*</.test(text)
    ? new UnexpectedAnswer("it is HTML, not JSON")
    : new UnexpectedAnswer("it is not JSON, or broken off", true);
}

let built: ReturnType<typeof buildSchemas> | undefined;

/** Built when the first answer comes: loading zod takes longer than the whole package does. */
function schemas(): ReturnType<typeof buildSchemas> {
  built ??= buildSchemas(require("zod") as typeof Zod);
  return built;
}

function buildSchemas(z: typeof Zod) {
  const unset = (value: unknown): boolean =>
    value === undefined || value === null || value === "" || value === 0;
  // Ids come as text or as a number, moments as a number or as its text.
  const text = z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value) => (unset(value) ? undefined : String(value)));
  const number = z
    .union([z.number(), z.string().regex(/^(-?\d+(\.\d+)?)?$/)])
    .nullish()
    .transform((value) => (unset(value) || Number(value) === 0 ? undefined : Number(value)));

  const fields = Object.fromEntries(
    fieldNames.map((name) => {
      const { wire, kind } = integrationFields[name];
      return [wire, kind === "expiry" ? number : text];
    }),
  );
  const integration = z
    .object({
      id: text,
      external_business_id: text,
      connected_user_id: text,
      // The integration's own answer says timestamp, the list's record says time.
      created_timestamp: number,
      created_time: number,
      updated_timestamp: number,
      updated_time: number,
    })
    .and(z.object(fields))
    .transform((answer): Integration => {
      const values: Record<string, string | number | undefined> = {
        externalBusinessId: answer.external_business_id,
        integrationId: answer.id,
        connectedUserId: answer.connected_user_id,
        createdTimestamp: answer.created_timestamp ?? answer.created_time,
        updatedTimestamp: answer.updated_timestamp ?? answer.updated_time,
      };
      for (const name of fieldNames) values[name] = answer[integrationFields[name].wire];
      return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
    });

  const optionalText = z.string().min(1).optional().catch(undefined);
  return {
    integration,
    page: z.object({ items: z.array(integration), bookmark: text }),
    error: z.object({
      code: z
        .union([z.int(), z.string().regex(/^\d{1,15}$/)])
        .transform(Number)
        .optional()
        .catch(undefined),
      message: optionalText,
      message_detail: optionalText,
      error_description: optionalText,
      details: z.unknown().optional(),
    }),
  };
}
