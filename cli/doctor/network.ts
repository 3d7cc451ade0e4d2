import { parseApiUrl, type Route, routeTo } from "../../provider/api/address";
import { readErrorBody, TransportFailure } from "../../provider/api/error-mapping";
import { completeRemedy } from "../../provider/api/error-remedies";
import { send } from "../../provider/api/transport";
import type { Configuration } from "../../provider/config";
import { type Check, failure, ok } from "./checks";

export interface NetworkFindings {
  readonly checks: readonly Check[];
  /** Whether Pinterest answers, so that tokens can be sent. */
  readonly isReachable: boolean;
}

const longestWaitMs = 10_000;

/**
 * Sends one request to the API, without a token. The refusal shows that name resolution, TLS and the proxy work, and that the server is
 * Pinterest's. It does not count against the rate limits of an account.
 */
export async function checkNetwork({
  apiUrl,
  requestTimeoutMs,
}: Pick<Configuration, "apiUrl" | "requestTimeoutMs">): Promise<NetworkFindings> {
  const address = parseApiUrl(apiUrl);
  let route: Route;
  try {
    route = routeTo(address);
  } catch (error) {
    const found = (error as Error).message;
    return { checks: [failure("proxy", found, "Correct the variable, or unset it.")], isReachable: false };
  }
  const proxy = ok("proxy", routeInWords(route));
  const refused = (found: string, remedy: string): NetworkFindings => ({
    checks: [proxy, failure("api", found, remedy)],
    isReachable: false,
  });
  const timeoutMs = Math.min(longestWaitMs, requestTimeoutMs);
  const request = { purpose: "probe", address, path: "/integrations?page_size=1", method: "GET" } as const;
  try {
    const { status, text } = await send({ ...request, secrets: [], timeoutMs });
    if (readErrorBody(text).code === undefined) {
      return refused(
        `the server at ${apiUrl} is not Pinterest's API (HTTP ${status})`,
        "Check pinterest:apiUrl (PINTEREST_API_URL), HTTPS_PROXY and NO_PROXY, and whether the network requires a login.",
      );
    }
    if (status === 404 || status >= 500) {
      return refused(
        `the list of integrations at ${apiUrl} answers HTTP ${status}`,
        status === 404
          ? "Check pinterest:apiUrl (PINTEREST_API_URL): it normally ends in /v5."
          : "Pinterest's API is failing. Run the command again later.",
      );
    }
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    return refused(`${address.origin} cannot be reached: ${error.message}`, completeRemedy(error.remedy));
  }
  return { checks: [proxy, ok("api", `${apiUrl} answers`)], isReachable: true };
}

function routeInWords({ variable, uri }: Route): string {
  if (uri !== undefined) return `requests use the proxy ${new URL(uri).host} (${variable})`;
  return variable === undefined ? "no proxy" : `no proxy: NO_PROXY excludes the address from ${variable}`;
}
