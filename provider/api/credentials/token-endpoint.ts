import type { Clock } from "../../base/clock";
import { isJsonObject, parseIfJson } from "../../base/json";
import { oneLine } from "../../base/message-text";
import { lazySchema } from "../../base/schema";
import type { ApiAddress } from "../address";
import { CredentialsError, tokenTextProblem } from "../credentials";
import { readErrorBody, requestIdOf, TransportFailure } from "../error-mapping";
import { errorCodes } from "../error-remedies";
import { createRedactor, type Redact } from "../redact";
import { parseResponse, responseText, UnexpectedResponse } from "../response-body";
import { type HttpResponse, retryAfterMs } from "../response-headers";
import { type Network, send } from "../transport";
import type { AccessToken } from "./token-file";

/** Pinterest's token endpoint, `<apiUrl>/oauth/token`, and how to send requests to it. */
export interface TokenEndpoint {
  readonly address: ApiAddress;
  /** Limit for one request. */
  readonly timeoutMs: number;
  /** @default neither a proxy nor a debug log */
  readonly network?: Network | undefined;
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
  readonly refreshToken?: string | undefined;
  /** In milliseconds since 1970. */
  readonly refreshTokenExpiresAt?: number | undefined;
  /** Scopes of the access token, if the response contains them. */
  readonly scopes?: readonly string[] | undefined;
}

export class ExchangeError extends CredentialsError {
  override readonly name = "ExchangeError";
  readonly isTransient: boolean;
  /** Whether Pinterest may have replaced the refresh token, because no response shows the opposite. */
  readonly isOutcomeUnknown: boolean;
  /** Whether the endpoint rejected the refresh token (`invalid_grant`), so that no retry can succeed. */
  readonly isTokenRejected: boolean;
  /** The wait that the endpoint asks for. */
  readonly retryAfterMs: number | undefined;

  constructor(summary: string, remedy: string, facts: ExchangeFacts) {
    super(summary, remedy, facts.requestId);
    this.isTransient = facts.isTransient;
    this.isOutcomeUnknown = facts.isOutcomeUnknown;
    this.isTokenRejected = facts.isTokenRejected ?? false;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

type ExchangeFacts = Pick<ExchangeError, "isTransient" | "isOutcomeUnknown"> &
  Partial<Pick<ExchangeError, "isTokenRejected" | "retryAfterMs" | "requestId">>;

/**
 * Exchanges a refresh token for an access token, [in one request](https://developers.pinterest.com/docs/api/v5/oauth-token/). Accepts no
 * signal: the exchange can invalidate the refresh token, so the response must not be lost.
 *
 * @throws ExchangeError
 */
export async function exchangeRefreshToken(
  { address, timeoutMs, network }: TokenEndpoint,
  { appId, appSecret, refreshToken }: RefreshCredentials,
  clock: Clock,
): Promise<IssuedTokens> {
  const basic = Buffer.from(`${appId}:${appSecret}`).toString("base64");
  const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken });
  const redact = createRedactor([refreshToken, appSecret, basic]);
  let response: HttpResponse;
  try {
    response = await send({
      purpose: "refreshToken",
      address,
      path: "/oauth/token",
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: { type: "application/x-www-form-urlencoded", text: form.toString() },
      redact,
      timeoutMs,
      network,
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
  if (response.status > 299) throw rejection(response, redact, now);
  try {
    return readIssuedTokens(response.text, now);
  } catch (error) {
    if (!(error instanceof UnexpectedResponse)) throw error;
    throw new ExchangeError(
      `the token endpoint's response is not what Pinterest's API describes: ${error.message}`,
      "Check pinterest:apiUrl and whether a proxy or portal responds instead of Pinterest",
      { isTransient: error.isTruncated, isOutcomeUnknown: true },
    );
  }
}

function rejection(response: HttpResponse, redact: Redact, now: number): ExchangeError {
  const { status, text } = response;
  const { code, message, hints, more } = readErrorBody(text);
  const body = parseIfJson(text);
  // https://www.rfc-editor.org/rfc/rfc6749#section-5.2
  const isInvalidGrant =
    code === errorCodes.invalidGrant || (isJsonObject(body) && body.error === "invalid_grant");
  const isSpam = status === 429 && hints.isSpam === true;
  const facts: ExchangeFacts = {
    isTokenRejected: status < 500 && isInvalidGrant,
    isTransient: status === 408 || status >= 500 || (status === 429 && !isSpam),
    isOutcomeUnknown: status === 408 || status >= 500,
    retryAfterMs: retryAfterMs(response, now),
    requestId: requestIdOf(response, redact),
  };
  const reason = oneLine(redact(message), 150) || (more ? oneLine(redact(text), 100) : "");
  const subject =
    code === undefined ? "the token endpoint responded with" : "Pinterest rejected the refresh with";
  const summary = `${subject} ${responseText({ status, code }, [reason])}`;
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

/** The endpoint's successful response. Only the access token is required: another property of another type is ignored. */
const tokenResponse = lazySchema((z) => {
  const token = z.string("is not a string").superRefine((text, { addIssue }) => {
    const problem = tokenTextProblem(text);
    if (problem !== undefined) addIssue(problem);
  });
  const positive = z.union([z.number(), z.string()]).pipe(z.coerce.number<string | number>().positive());
  // In seconds, or in milliseconds if the number is large.
  const time = positive.transform((number) => (number >= 1e11 ? number : number * 1000));
  // Separated by spaces or commas.
  const scopes = z.string().transform((text) => text.match(/[\w:.]+/g) ?? undefined);
  return z.object({
    access_token: token,
    refresh_token: token.optional().catch(undefined),
    expires_in: positive.catch(defaultLifetimeS),
    refresh_token_expires_in: positive.optional().catch(undefined),
    refresh_token_expires_at: time.optional().catch(undefined),
    scope: scopes.optional().catch(undefined),
  });
});

/** @throws UnexpectedResponse that names the invalid property, but not its value. */
function readIssuedTokens(text: string, now: number): IssuedTokens {
  const body = parseResponse(tokenResponse, text);
  const lifetimeS = body.refresh_token_expires_in;
  return {
    access: { accessToken: body.access_token, obtainedAt: now, expiresAt: now + body.expires_in * 1000 },
    refreshToken: body.refresh_token,
    refreshTokenExpiresAt: lifetimeS === undefined ? body.refresh_token_expires_at : now + lifetimeS * 1000,
    scopes: body.scope,
  };
}
