import { isJsonObject } from "../json";
import { createRedactor, oneLine } from "../redact";
import { momentForms, parseMoment } from "./moment";
import { tokenTextProblem } from "./token-text";

/** What a command says of one account. */
export type CommandAnswer =
  | { readonly accessToken: string; readonly expiresAt?: number }
  | { readonly revoked: true; readonly reason: string }
  /** Something else than it may say, as the end of a sentence that begins with the command. */
  | { readonly problem: string };

/**
 * Reads what a command printed: a JSON object of account names and what it says of each.
 *
 * @returns undefined if it is no JSON object.
 */
export function readCommandAnswers(text: string): Map<string, CommandAnswer> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isJsonObject(parsed)
    ? new Map(Object.entries(parsed).map(([name, value]) => [name, readAnswer(value)]))
    : undefined;
}

function readAnswer(value: unknown): CommandAnswer {
  const given = isJsonObject(value) ? value : { accessToken: value };
  const { revoked, reason, accessToken, expiresAt } = given;
  if (revoked !== undefined && typeof revoked !== "boolean") {
    return { problem: "printed a `revoked` for it that is neither true nor false" };
  }
  if (revoked === true) {
    return { revoked, reason: typeof reason === "string" ? oneLine(createRedactor([])(reason), 200) : "" };
  }
  if (typeof accessToken !== "string") {
    return { problem: "printed no `accessToken` for it that is a text" };
  }
  const problem = tokenTextProblem(accessToken);
  if (problem !== undefined) return { problem: `printed an access token for it that ${problem}` };
  if (expiresAt === undefined || expiresAt === null) return { accessToken };
  const moment = parseMoment(expiresAt);
  return moment === undefined
    ? { problem: `printed an \`expiresAt\` for it that is no moment; allowed is ${momentForms}` }
    : { accessToken, expiresAt: moment };
}
