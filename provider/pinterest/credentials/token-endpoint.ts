import type { Dispatcher } from "undici";
import type { ApiAddress } from "../address";
import type { Clock } from "../clock";
import { startDeadline } from "../deadline";
import { type DebugSink, logExchange } from "../debug";
import { sharedDispatcher } from "../dispatcher";
import { requestIdOf, transportReason } from "../failures";
import { createLogRedactor, type Redact } from "../redact";
import { isTransientCode } from "../retry/transient";
import { send, type TransportAnswer } from "../transport";
import type { AppGrant } from "./app-grant";
import { refusalOf } from "./endpoint-refusal";
import { ExchangeError } from "./exchange-error";
import { type IssuedTokens, readIssuedTokens } from "./issued-tokens";

/** How Pinterest's token endpoint is reached. */
export interface TokenEndpoint {
  readonly address: ApiAddress;
  readonly userAgent: string;
  /** The time for one exchange, in milliseconds. */
  readonly timeoutMs: number;
  /** @default the process's own */
  readonly dispatcher?: Dispatcher | undefined;
  readonly debug?: DebugSink | undefined;
  readonly clock: Pick<Clock, "now">;
}

/**
 * Asks Pinterest, once, for an access token for a refresh token: a form, with the app's id and secret as HTTP Basic.
 *
 * Takes no signal: an exchange may use up its refresh token, so that one that was begun is waited for, up to the timeout.
 *
 * @throws ExchangeError and nothing else.
 */
export async function exchangeRefreshToken(endpoint: TokenEndpoint, grant: AppGrant): Promise<IssuedTokens> {
  const { appId, appSecret, refreshToken } = grant;
  const basic = Buffer.from(`${appId}:${appSecret}`).toString("base64");
  const redact = createLogRedactor([refreshToken, appSecret, basic]);
  const answer = await post(endpoint, basic, refreshToken, redact);
  if (answer.status < 200 || answer.status > 299) {
    throw refusalOf(answer, redact, endpoint.clock.now());
  }
  return readIssuedTokens(answer.text, endpoint.clock.now());
}

async function post(
  { address, userAgent, timeoutMs, dispatcher, debug }: TokenEndpoint,
  basic: string,
  refreshToken: string,
  redact: Redact,
): Promise<TransportAnswer> {
  const path = `${address.basePath}/oauth/token`;
  const log = logExchange(debug, redact, { operation: "refreshToken", method: "POST", path });
  const deadline = startDeadline(timeoutMs, undefined);
  try {
    const answer = await send(dispatcher ?? sharedDispatcher(address), {
      origin: address.origin,
      path,
      method: "POST",
      headers: {
        authorization: `Basic ${basic}`,
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        "user-agent": userAgent,
      },
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken }).toString(),
      ending: deadline,
    });
    const requestId = requestIdOf(answer, redact);
    log({ status: answer.status, body: answer.text, ...(requestId === undefined ? {} : { requestId }) });
    return answer;
  } catch (error) {
    const { causeCode, reason } = deadline.expired
      ? { causeCode: "ETIMEDOUT", reason: `no answer within ${timeoutMs} ms` }
      : transportReason(error, redact);
    log({ failure: reason });
    throw new ExchangeError(
      `the token endpoint at ${address.origin} could not be asked: ${reason}`,
      "Check network, proxy and pinterest:apiUrl, then run again",
      { transient: isTransientCode(causeCode) },
    );
  } finally {
    deadline.stop();
  }
}
