import { type ApiAddress, parseApiUrl, type Route, routeTo } from "../../provider/api/address";
import { formatDuration } from "../../provider/api/clock";
import { readErrorBody, TransportFailure } from "../../provider/api/error-mapping";
import { completeRemedy } from "../../provider/api/error-remedies";
import { headerOf, parseHttpDate } from "../../provider/api/response-headers";
import { send } from "../../provider/api/transport";
import type { Configuration } from "../../provider/config";
import { type Check, failure, ok, warning } from "./check";

export interface NetworkFindings {
  readonly checks: readonly Check[];
  /** Whether Pinterest answers, so that tokens can be sent. */
  readonly isReachable: boolean;
}

const longestWaitMs = 10_000;

/** Largest tolerated difference of the clocks, in milliseconds. With a larger one, token expiry and waits would be wrong. */
const toleratedSkewMs = 60_000;

/** Sends one request to the API, without a token. */
export async function checkNetwork(
  { apiUrl, requestTimeoutMs }: Pick<Configuration, "apiUrl" | "requestTimeoutMs">,
  now: () => number,
): Promise<NetworkFindings> {
  const address = parseApiUrl(apiUrl);
  let route: Route;
  try {
    route = routeTo(address);
  } catch (error) {
    const found = (error as Error).message;
    return { checks: [failure("proxy", found, "Correct the variable, or unset it.")], isReachable: false };
  }
  const proxy = ok("proxy", routeInWords(route));
  const result = await probe(address, Math.min(longestWaitMs, requestTimeoutMs), now);
  if ("failure" in result) {
    const found = `${address.origin} cannot be reached: ${result.failure}`;
    return { checks: [proxy, failure("api", found, result.remedy)], isReachable: false };
  }
  const { status, isPinterest } = result;
  const clock = result.serverTime === undefined ? [] : [checkClock(result.localTime - result.serverTime)];
  if (status >= 500) {
    const found = `${address.origin} answers HTTP ${status}`;
    const remedy = isPinterest
      ? "Pinterest's API is failing. Run the command again later."
      : "Run the command again later. If the error persists, check pinterest:apiUrl (PINTEREST_API_URL) and the proxy.";
    return { checks: [proxy, failure("api", found, remedy), ...clock], isReachable: isPinterest };
  }
  if (isPinterest && status === 404) {
    const found = `${apiUrl} does not serve Pinterest's API: the list of integrations answers HTTP 404`;
    const remedy = "Check pinterest:apiUrl (PINTEREST_API_URL): it normally ends in /v5.";
    return { checks: [proxy, failure("api", found, remedy)], isReachable: false };
  }
  if (!isPinterest) {
    const found = `the server at ${apiUrl} is not Pinterest's API (HTTP ${status})`;
    const remedy =
      "Check pinterest:apiUrl (PINTEREST_API_URL), HTTPS_PROXY and NO_PROXY, and whether the network requires a login.";
    return { checks: [proxy, failure("api", found, remedy)], isReachable: false };
  }
  return { checks: [proxy, ok("api", `${apiUrl} answers`), ...clock], isReachable: true };
}

function routeInWords({ variable, uri }: Route): string {
  if (uri !== undefined) return `requests use the proxy ${new URL(uri).host} (${variable})`;
  return variable === undefined ? "no proxy" : `no proxy: NO_PROXY excludes the address from ${variable}`;
}

/** @param skewMs how much this machine's clock is ahead. */
function checkClock(skewMs: number): Check {
  const off = Math.abs(skewMs);
  if (off <= toleratedSkewMs) return ok("clock", "this machine's clock agrees with Pinterest's");
  return warning(
    "clock",
    `this machine's clock is ${formatDuration(off)} ${skewMs > 0 ? "ahead of" : "behind"} Pinterest's`,
    "Set the clock, for example with NTP. The provider uses it to renew tokens in time.",
  );
}

/** The result of a request without a token. */
type Probe =
  | {
      readonly status: number;
      /** Whether the response is an error in Pinterest's form. */
      readonly isPinterest: boolean;
      /** Time of the server, in milliseconds since 1970, to the second. Missing if the response does not contain it. */
      readonly serverTime?: number;
      /** Time of this machine, halfway between request and response, in milliseconds since 1970. */
      readonly localTime: number;
    }
  | { readonly failure: string; readonly remedy: string };

/**
 * Sends the API a request without a token. The refusal shows that name resolution, TLS and the proxy work, and the server's time. It does not
 * count against the rate limits of an account.
 */
async function probe(address: ApiAddress, timeoutMs: number, now: () => number): Promise<Probe> {
  const sentAt = now();
  try {
    const path = "/integrations?page_size=1";
    const response = await send({ purpose: "probe", address, path, method: "GET", secrets: [], timeoutMs });
    const receivedAt = now();
    const serverTime = parseHttpDate(headerOf(response, "date") ?? "");
    return {
      status: response.status,
      isPinterest: readErrorBody(response.text).code !== undefined,
      ...(serverTime === undefined ? {} : { serverTime }),
      localTime: (sentAt + receivedAt) / 2,
    };
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    return { failure: error.message, remedy: completeRemedy(error.remedy) };
  }
}
