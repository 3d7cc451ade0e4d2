import { type ApiAddress, parseApiUrl } from "./address";
import { startDeadline } from "./async";
import { sharedDispatcher } from "./dispatcher";
import { readErrorBody, transportReason } from "./error-mapping";
import { remedyForConnection } from "./error-remedies";
import { userAgent } from "./own-package";
import { createRedactor } from "./redact";
import { headerOf, parseHttpDate } from "./response-headers";
import { type HttpResponse, send } from "./transport";

/** What a request without a token met. */
export type Probe =
  | {
      readonly status: number;
      /** Whether the answer has the form of Pinterest's errors. */
      readonly isPinterest: boolean;
      /** The server's time when it answered, in milliseconds since 1970 and exact to a second; missing where it tells none. */
      readonly serverTime?: number;
      /** This machine's time in the middle of the exchange, in milliseconds since 1970. */
      readonly localTime: number;
    }
  | { readonly failure: string; readonly remedy: string };

/**
 * Asks the API once without a token, which it refuses: enough to see the name resolved, TLS accepted, the proxy passed and both
 * clocks. Counts against no account's limits.
 *
 * @param now this machine's time.
 * @throws TypeError for an apiUrl that is not allowed.
 */
export async function probe(apiUrl: string, timeoutMs: number, now: () => number = Date.now): Promise<Probe> {
  const address = parseApiUrl(apiUrl);
  const deadline = startDeadline(timeoutMs, undefined);
  const sentAt = now();
  try {
    const answer = await ask(address, deadline.signal);
    const answeredAt = now();
    const serverTime = parseHttpDate(headerOf(answer, "date") ?? "");
    return {
      status: answer.status,
      isPinterest: readErrorBody(answer.text).code !== undefined,
      ...(serverTime === undefined ? {} : { serverTime }),
      localTime: (sentAt + answeredAt) / 2,
    };
  } catch (error) {
    if (deadline.expired) {
      return { failure: `no answer within ${timeoutMs / 1000} s`, remedy: "Check network and proxy." };
    }
    const { causeCode, reason } = transportReason(error, createRedactor([]));
    return { failure: reason, remedy: remedyForConnection(causeCode, reason) };
  } finally {
    deadline.stop();
  }
}

function ask(address: ApiAddress, signal: AbortSignal): Promise<HttpResponse> {
  return send(sharedDispatcher(address), {
    origin: address.origin,
    path: `${address.basePath}/integrations?page_size=1`,
    method: "GET",
    headers: { accept: "application/json", "user-agent": userAgent() },
    signal,
  });
}
