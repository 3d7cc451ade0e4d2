import { isJsonObject, parseIfJson } from "./json";

/** What an error answer says. */
export interface ErrorBody {
  /** Missing if the body is not in Pinterest's form. */
  readonly code?: number;
  readonly message: string;
  /** Whether the body says more than the message does. */
  readonly more: boolean;
}

/**
 * Reads the body of an error answer, of any form.
 *
 * By hand: the first request for an integration that is to be created is answered with an error, and a schema's library would
 * have to be loaded for it.
 */
export function readError(text: string): ErrorBody {
  const body = parseIfJson(text);
  if (!isJsonObject(body)) return { message: "", more: text.trim() !== "" };
  const said = new Set([body.message, body.message_detail, body.error_description].filter(isText));
  const code = codeOf(body.code);
  return {
    message: [...said].join(" "),
    more: said.size === 0 || body.details !== undefined,
    ...(code === undefined ? {} : { code }),
  };
}

/** Whether the message of a 429 is about spam, not about a rate limit. Waiting does not help ([Pinterest's sample](https://github.com/pinterest/api-quickstart/blob/main/nodejs/src/api_common.js)). */
export function mentionsSpam(message: string): boolean {
  return /spam/i.test(message);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** A code comes as a number or as its text. */
function codeOf(value: unknown): number | undefined {
  if (typeof value === "string") return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}
