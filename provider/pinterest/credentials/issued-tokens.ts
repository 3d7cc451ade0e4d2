import { isJsonObject, parseJson } from "../json";
import { ExchangeError } from "./exchange-error";
import { tokenTextProblem } from "./token-text";

/** What the token endpoint gives for a refresh token. Moments are in milliseconds since 1970. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** The refresh token to be used from now on, where the answer has one. */
  readonly refreshToken?: string;
  /** When the refresh token expires, the new one or the one that was used. */
  readonly refreshTokenExpiresAt?: number;
  /** What the access token permits, where the answer tells. */
  readonly scopes?: readonly string[];
}

/** What Pinterest documents: 30 days. */
const usualLifeSeconds = 2_592_000;

/**
 * The tokens out of a success answer.
 *
 * @param now in milliseconds since 1970, from which the answer's times count.
 * @throws ExchangeError if it is no such answer; names what is wrong, never what it holds.
 */
export function readIssuedTokens(text: string, now: number): IssuedTokens {
  const body = parsed(text);
  const { access_token: accessToken, refresh_token: refreshToken } = body;
  if (typeof accessToken !== "string") throw unexpected("access_token is missing or no text");
  const problem = tokenTextProblem(accessToken);
  if (problem !== undefined) throw unexpected(`access_token ${problem}`);
  const life = secondsOf(body.expires_in) ?? usualLifeSeconds;
  const renewed =
    typeof refreshToken === "string" && tokenTextProblem(refreshToken) === undefined
      ? refreshToken
      : undefined;
  const refreshExpiry = refreshTokenExpiry(body, now);
  const scopes = scopesIn(body.scope);
  return {
    accessToken,
    issuedAt: now,
    expiresAt: now + life * 1000,
    ...(renewed === undefined ? {} : { refreshToken: renewed }),
    ...(refreshExpiry === undefined ? {} : { refreshTokenExpiresAt: refreshExpiry }),
    ...(scopes === undefined ? {} : { scopes }),
  };
}

/** Pinterest writes them with blanks or with commas between. */
function scopesIn(value: unknown): string[] | undefined {
  const scopes = typeof value === "string" ? (value.match(/[\w:.]+/g) ?? []) : [];
  return scopes.length === 0 ? undefined : scopes;
}

function parsed(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    // Broken off on its way, it may be whole the next time; a page of a portal stays one.
    const html = /^\s*</.test(text);
    throw unexpected(
      text.trim() === "" ? "it is empty" : html ? "it is HTML, not JSON" : "it is not JSON, or broken off",
      !html,
    );
  }
  if (!isJsonObject(body)) throw unexpected("it is no JSON object");
  return body;
}

function refreshTokenExpiry(body: Record<string, unknown>, now: number): number | undefined {
  const life = secondsOf(body.refresh_token_expires_in);
  if (life !== undefined) return now + life * 1000;
  // A moment in seconds, by its size.
  const moment = secondsOf(body.refresh_token_expires_at);
  return moment === undefined ? undefined : moment < 1e11 ? moment * 1000 : moment;
}

function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

function unexpected(problem: string, transient = false): ExchangeError {
  return new ExchangeError(
    `the token endpoint's answer is not what Pinterest's API describes: ${problem}`,
    "Check pinterest:apiUrl and whether a proxy or portal answers in Pinterest's place",
    { transient },
  );
}
