import {
  hideLikelySecrets,
  type Network,
  noProxyIn,
  parseApiUrl,
  proxyFor,
  readErrorBody,
  remedyForWrongAddress,
  send,
  TransportFailure,
} from "../../provider/api";
import { shownText } from "../../provider/base/message-text";
import { type Configuration, networkOf } from "../../provider/config";
import { type Check, failure, ok } from "./checks";

const longestWaitMs = 10_000;

/** Checks the proxy and the API. If both are OK, Pinterest responds, and tokens can be sent. */
export async function checkNetwork(
  configuration: Pick<Configuration, "apiUrl" | "requestTimeoutMs" | "host">,
): Promise<Check[]> {
  const { apiUrl, requestTimeoutMs, host } = configuration;
  const { environment } = host;
  let route: string;
  try {
    const proxy = proxyFor(parseApiUrl(apiUrl), environment);
    const excluded = noProxyIn(environment);
    const exception =
      excluded === "" ? "" : `, unless NO_PROXY (${shownText(excluded)}) excludes the address`;
    route = proxy
      ? `requests use the proxy ${new URL(proxy.uri).host} (${proxy.variable})${exception}`
      : "no proxy";
  } catch (error) {
    return [failure("proxy", (error as Error).message, "Correct the variable, or unset it.")];
  }
  return [
    ok("proxy", route),
    await checkApi(apiUrl, Math.min(longestWaitMs, requestTimeoutMs), networkOf(host)),
  ];
}

/**
 * Sends one request to the API, without a token. The refusal shows that name resolution, TLS and the proxy work, and that the server is
 * Pinterest's. It does not count against the rate limits of an account.
 */
async function checkApi(apiUrl: string, timeoutMs: number, network: Network): Promise<Check> {
  const address = parseApiUrl(apiUrl);
  const request = { purpose: "probe", address, path: "/integrations?page_size=1", method: "GET" } as const;
  try {
    const { status, text } = await send({ ...request, redact: hideLikelySecrets, timeoutMs, network });
    if (readErrorBody(text).code === undefined) {
      return failure(
        "api",
        `the server at ${apiUrl} is not Pinterest's API (HTTP ${status})`,
        "Check `pinterest:apiUrl` (PINTEREST_API_URL), HTTPS_PROXY and NO_PROXY, and whether the network requires a login.",
      );
    }
    if (status < 500 && status !== 404) return ok("api", `${apiUrl} responds`);
    return failure(
      "api",
      `the list of integrations at ${apiUrl} responds with HTTP ${status}`,
      status === 404 ? remedyForWrongAddress : "Pinterest's API is failing. Run the command again later.",
    );
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    const found = `${address.origin} cannot be reached: ${error.message}`;
    return failure("api", found, error.remedy);
  }
}
