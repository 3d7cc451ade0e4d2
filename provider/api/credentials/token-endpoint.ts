import type { Clock } from "../../base/clock";
import { isJsonObject, parseIfJson, parseObject, UnexpectedResponse } from "../../base/json";
import { oneLine } from "../../base/message-text";
import type { ApiAddress } from "../address";
import { CredentialsError, tokenTextProblem } from "../credentials";
import { readErrorBody, requestIdOf, TransportFailure } from "../error-mapping";
import { answerText } from "../errors";
import { createRedactor, type Redact } from "../redact";
import { type HttpResponse, retryAfterMs } from "../response-headers";
import { send } from "../transport";
import type { AccessToken } from "./token-file";

/** Pinterest's token endpoint, `<apiUrl>/oauth/token`, and how to send requests to it. */
export interface TokenEndpoint {
  readonly address: ApiAddress;
  /** Limit for one request, in milliseconds. */
  readonly timeoutMs: number;
}

/** A refresh token and the Pinterest app that it was issued to. */
export interface RefreshCredentials {
  readonly refreshToken: string;
  readonly appId: string;
  readonly appSecret: string;
}

export interface IssuedTokens {
  readonly access: AccessToken;
  /** Replaces the refresh token that was sent. Missing if that one stays valid. */
  readonly refreshToken?: string;
  /** In milliseconds since 1970. */
  readonly refreshTokenExpiresAt?: number;
  /** Scopes of the access token, if the response contains them. */
  readonly scopes?: readonly string[];
}

interface ExchangeFacts {
  readonly isTransient: boolean;
  /** Whether Pinterest may have replaced the refresh token, because there is no response that says otherwise. */
  readonly isOutcomeUnknown: boolean;
  /** Whether the endpoint rejected the refresh token (`invalid_grant`), so that no retry can succeed. */
  readonly isTokenRejected?: boolean;
  /** The wait that the endpoint asks for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly requestId?: string | undefined;
}

export class ExchangeError extends CredentialsError {
  override readonly name = "ExchangeError";
  readonly isTransient: boolean;
  readonly isOutcomeUnknown: boolean;
  readonly isTokenRejected: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(summary: string, remedy: string, facts: ExchangeFacts) {
    super(summary, remedy, facts.requestId);
    this.isTransient = facts.isTransient;
    this.isOutcomeUnknown = facts.isOutcomeUnknown;
    this.isTokenRejected = facts.isTokenRejected ?? false;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/**
 * Exchanges a refresh token for an access token, [in one request](https://developers.pinterest.com/docs/api/v5/oauth-token/). Accepts no
 * signal: the exchange can invalidate the refresh token, so the response must not be lost.
 *
 * @throws ExchangeError
 */
export async function exchangeRefreshToken(
  { address, timeoutMs }: TokenEndpoint,
  { appId, appSecret, refreshToken }: RefreshCredentials,
  clock: Clock,
): Promise<IssuedTokens> {
  const basic = Buffer.from(`${appId}:${appSecret}`).toString("base64");
  const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken });
  const secrets = [refreshToken, appSecret, basic];
  let response: HttpResponse;
  try {
    response = await send({
      purpose: "refreshToken",
      address,
      path: "/oauth/token",
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: { type: "application/x-www-form-urlencoded", text: form.toString() },
      secrets,
      timeoutMs,
    });
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    throw new ExchangeError(
      `the request to the token endpoint at ${address.origin} failed: ${error.message}`,
      "Check the network, the proxy and pinterest:apiUrl, then run again",
      { isTransient: error.isTransient, isOutcomeUnknown: error.phase !== "connecting" },
    );
  }
  const now = clock.now();
  if (response.status > 299) throw rejection(response, createRedactor(secrets), now);
  try {
    return readIssuedTokens(response.text, now);
  } catch (error) {
    if (!(error instanceof UnexpectedResponse)) throw error;
    throw new ExchangeError(
      `the token endpoint's response is not what Pinterest's API describes: ${error.message}`,
      "Check pinterest:apiUrl and whether a proxy or portal answers instead of Pinterest",
      { isTransient: error.isTruncated, isOutcomeUnknown: true },
    );
  }
}

function rejection(response: HttpResponse, redact: Redact, now: number): ExchangeError {
  const { status, text } = response;
  const { code, message, hints, more } = readErrorBody(text);
  const body = parseIfJson(text);
  // 283 is Pinterest's code for invalid_grant (https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
  const isInvalidGrant = code === 283 || (isJsonObject(body) && body.error === "invalid_grant");
  const isSpam = status === 429 && hints.isSpam === true;
  const facts: ExchangeFacts = {
    isTokenRejected: status < 500 && isInvalidGrant,
    isTransient: status === 408 || status >= 500 || (status === 429 && !isSpam),
    isOutcomeUnknown: status === 408 || status >= 500,
    retryAfterMs: retryAfterMs(response, now),
    requestId: requestIdOf(response, redact),
  };
  const reason = oneLine(redact(message), 150) || (more ? oneLine(redact(text), 100) : "");
  const answered = code === undefined ? "the token endpoint answered" : "Pinterest rejected the refresh with";
  const summary = `${answered} ${answerText({ status, code }, [reason])}`;
  return new ExchangeError(summary, rejectionRemedy(status, code, isSpam, facts), facts);
}

function rejectionRemedy(
  status: number,
  code: number | undefined,
  isSpam: boolean,
  { isTokenRejected, isTransient }: ExchangeFacts,
): string {
  if (isTokenRejected) {
    return "The refresh token is wrong, expired, revoked or replaced. The merchant must connect to the app again; then set the new refresh token";
  }
  if (status >= 300 && status < 400) {
    return "The provider does not follow redirects, because they could send the app secret to another host. Check pinterest:apiUrl";
  }
  if (isSpam) return "Pinterest classifies the requests as spam. Contact Pinterest's support";
  if (status === 429) return "The rate limit is used up. Run again later";
  if (isTransient) return "Run again later";
  if (code === undefined) {
    return "The response is not from Pinterest's API. Check pinterest:apiUrl, HTTPS_PROXY and NO_PROXY";
  }
  if (status === 401 || status === 403) {
    return "The app ID or app secret is wrong, or the app is blocked. Check pinterest:appId and pinterest:appSecret, or those of the account";
  }
  return "Check the refresh token, the app ID and the app secret";
}

/** Lifetime of access tokens that Pinterest documents: 30 days. */
const defaultLifetimeS = 2_592_000;

/** @throws UnexpectedResponse that names the invalid field, but not its value. */
function readIssuedTokens(text: string, now: number): IssuedTokens {
  const body = parseObject(text);
  const { access_token: accessToken, refresh_token: refreshToken, scope } = body;
  if (typeof accessToken !== "string") throw new UnexpectedResponse("access_token is not a string");
  const problem = tokenTextProblem(accessToken);
  if (problem !== undefined) throw new UnexpectedResponse(`access_token ${problem}`);
  const isRenewed = typeof refreshToken === "string" && tokenTextProblem(refreshToken) === undefined;
  const refreshTokenExpiresAt = readRefreshTokenExpiry(body, now);
  // Separated by spaces or commas.
  const scopes = typeof scope === "string" ? scope.match(/[\w:.]+/g) : null;
  return {
    access: {
      accessToken,
      obtainedAt: now,
      expiresAt: now + (positiveNumber(body.expires_in) ?? defaultLifetimeS) * 1000,
    },
    ...(isRenewed ? { refreshToken } : {}),
    ...(refreshTokenExpiresAt === undefined ? {} : { refreshTokenExpiresAt }),
    ...(scopes === null ? {} : { scopes }),
  };
}

function readRefreshTokenExpiry(body: Record<string, unknown>, now: number): number | undefined {
  const lifetimeS = positiveNumber(body.refresh_token_expires_in);
  if (lifetimeS !== undefined) return now + lifetimeS * 1000;
  // In seconds, or in milliseconds if the number is large.
  const time = positiveNumber(body.refresh_token_expires_at);
  return time === undefined || time >= 1e11 ? time : time * 1000;
}

function positiveNumber(value: unknown): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number > 0 ? number : undefined;
}
