import { parseApiUrl } from "./address";
import { readErrorBody, TransportFailure } from "./error-mapping";
import { completeRemedy } from "./error-remedies";
import { headerOf, parseHttpDate } from "./response-headers";
import { send } from "./transport";

/** The result of a request without a token. */
export type Probe =
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
 *
 * @throws TypeError for an invalid `apiUrl`.
 */
export async function probe(apiUrl: string, timeoutMs: number, now: () => number = Date.now): Promise<Probe> {
  const address = parseApiUrl(apiUrl);
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
