import { readError } from "../error-body";
import { requestIdOf } from "../failures";
import { oneLine, type Redact } from "../redact";
import { toldWaitMs } from "../retry/told-wait";
import { speaksOfSpam } from "../spam";
import type { TransportAnswer } from "../transport";
import { ExchangeError } from "./exchange-error";

/** OAuth's invalid_grant, as Pinterest numbers it. */
const invalidGrant = 283;

/** The error for an answer of the token endpoint that is no success. */
export function refusalOf(answer: TransportAnswer, redact: Redact, now: number): ExchangeError {
  const { status } = answer;
  const { code, message, more } = readError(answer.text);
  const said = oneLine(redact(message), 150) || (more ? oneLine(redact(answer.text), 100) : "");
  const id = requestIdOf(answer, redact);
  const grantRefused =
    status < 500 &&
    (code === invalidGrant || /invalid_grant|authorization grant is invalid/i.test(answer.text));
  const transient = status === 408 || status >= 500 || (status === 429 && !speaksOfSpam(message));
  const wait = toldWaitMs(answer, now);
  return new ExchangeError(
    [
      `${code === undefined ? "the token endpoint answered" : "Pinterest refused the exchange with"} HTTP ${status}`,
      code === undefined ? "" : `, code ${code}`,
      said === "" ? "" : `: ${said.replace(/\.$/, "")}`,
      id === undefined ? "" : ` (request id ${id})`,
    ].join(""),
    advice({ status, code, grantRefused, transient }),
    { transient, grantRefused, ...(wait === undefined ? {} : { toldWaitMs: wait }) },
  );
}

function advice({
  status,
  code,
  grantRefused,
  transient,
}: {
  status: number;
  code: number | undefined;
  grantRefused: boolean;
  transient: boolean;
}): string {
  if (grantRefused) {
    return "The refresh token is wrong, used up, expired or revoked: the merchant must connect to the app again; then set the new refresh token";
  }
  if (status >= 300 && status < 400)
    return "Redirects are not followed, so that the secret goes nowhere else: check pinterest:apiUrl";
  if (status === 429)
    return transient
      ? "The rate limit is reached: run again later"
      : "Pinterest takes the requests for spam: ask its support";
  if (transient) return "Nothing was changed. Run again later";
  if (code === undefined)
    return "This is not Pinterest's form of an error: check pinterest:apiUrl, HTTPS_PROXY and NO_PROXY";
  if (status === 401 || status === 403) {
    return "The app's id or secret is wrong, or the app is blocked: check pinterest:appId and pinterest:appSecret, or those of the account";
  }
  return "Check the refresh token and the app's id and secret";
}
