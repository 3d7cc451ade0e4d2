import { type ApiAddress, parseApiUrl } from "./address";
import { startDeadline } from "./async";
import { sharedDispatcher } from "./dispatcher";
import { readErrorBody, transportReason } from "./error-mapping";
import { completeRemedy, remedyForConnection } from "./error-remedies";
import { userAgent } from "./own-package";
import { createRedactor } from "./redact";
import { headerOf, parseHttpDate } from "./response-headers";
import { type HttpResponse, send } from "./transport";

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
  const deadline = startDeadline(timeoutMs, undefined);
  const sentAt = now();
  try {
    const response = await requestWithoutToken(address, deadline.signal);
    const receivedAt = now();
    const serverTime = parseHttpDate(headerOf(response, "date") ?? "");
    return {
      status: response.status,
      isPinterest: readErrorBody(response.text).code !== undefined,
      ...(serverTime === undefined ? {} : { serverTime }),
      localTime: (sentAt + receivedAt) / 2,
    };
  } catch (error) {
    if (deadline.expired) {
      return { failure: `no answer within ${timeoutMs / 1000} s`, remedy: "Check network and proxy." };
    }
    const { causeCode, reason } = transportReason(error, createRedactor([]));
    return { failure: reason, remedy: completeRemedy(remedyForConnection(causeCode, reason)) };
  } finally {
    deadline.stop();
  }
}

function requestWithoutToken(address: ApiAddress, signal: AbortSignal): Promise<HttpResponse> {
  return send(sharedDispatcher(address), {
    origin: address.origin,
    path: `${address.basePath}/integrations?page_size=1`,
    method: "GET",
    headers: { accept: "application/json", "user-agent": userAgent() },
    signal,
  });
}
