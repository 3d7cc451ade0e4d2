import { appendFileSync } from "node:fs";
import type { Dispatcher } from "undici";
import { startDeadline } from "../base/async";
import { parseIfJson } from "../base/json";
import { oneLine } from "../base/message-text";
import { userAgent } from "../base/own-package";
import { type ApiAddress, loadUndici, type ProxyVariables, sharedDispatcher } from "./address";
import { requestIdOf, TransportFailure, type TransportPhase } from "./error-mapping";
import type { Operation } from "./operations";
import type { Redact } from "./redact";
import type { HttpResponse } from "./response-headers";
import { redactedMark } from "./secret-patterns";

/** Limit for a response and for the output of the account command: much larger than a list page of 250 records. */
export const maxBodyBytes = 32 * 1024 * 1024;

/** The proxy and the debug log of a process. */
export interface Network {
  /** The variables with the proxy. @default no proxy */
  readonly proxyVariables?: ProxyVariables;
  /** Where to write the debug log: "1" for standard error, or the path of a file. "" and "0" are none. @default none */
  readonly debugLog?: string | undefined;
}

interface HttpRequest {
  /** In one word, for the debug log. */
  readonly purpose: string;
  readonly address: ApiAddress;
  /** Relative to the API's base path. Sent unchanged, without decoding or normalization. */
  readonly path: string;
  readonly method: Operation["method"];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly text: string };
  /** Redacts errors and the debug log. */
  readonly redact: Redact;
  readonly timeoutMs: number;
  /** Cancels the request. */
  readonly signal?: AbortSignal | undefined;
  /** @default neither a proxy nor a debug log */
  readonly network?: Network | undefined;
  /** @default the process's */
  readonly dispatcher?: Dispatcher | undefined;
}

let isStopped = false;

/** Prevents further requests of this process. Those in progress continue. */
export function stopSending(): void {
  isStopped = true;
}

/**
 * Sends a request, reads the whole response, and writes both to the debug log. Does not follow redirects.
 *
 * An error response (status 300 and above) is returned even if its body is incomplete, because its status is sufficient.
 *
 * @throws TransportFailure if there is no complete response, or the signal is aborted first.
 */
export async function send(request: HttpRequest): Promise<HttpResponse> {
  const { redact } = request;
  const deadline = startDeadline(request.timeoutMs, request.signal);
  if (isStopped) {
    throw new TransportFailure("connecting", deadline, new Error("this process is about to exit"), redact);
  }
  const log = logExchange(request);
  // Before a connection: for example, if the proxy's address is not a URL.
  const interrupted = (cause: unknown): Interruption => ({ phase: "connecting", cause });
  const result = await dispatch(request, deadline.signal).catch(interrupted);
  if ("status" in result) {
    log(`${result.status} request-id=${requestIdOf(result, redact) ?? "-"}`, result.text);
    return result;
  }
  const failure = new TransportFailure(result.phase, deadline, result.cause, redact);
  log(failure.message);
  throw failure;
}

const utf8 = new TextDecoder();

/** The reason why there is no complete response. The cause may contain the request, and so the token. */
interface Interruption {
  readonly phase: TransportPhase;
  readonly cause: unknown;
}

async function dispatch(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse | Interruption> {
  const { address, path, method, body, network } = request;
  // Requests do not ask for compression, but a server or proxy may compress the response (RFC 9110, section 12.5.3).
  const decompress = loadUndici().interceptors.decompress({ skipErrorResponses: false });
  const dispatcher = (request.dispatcher ?? sharedDispatcher(address, network?.proxyVariables ?? {})).compose(
    decompress,
  );
  return new Promise((resolve) => {
    let phase: TransportPhase = "connecting";
    let settled = false;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: HttpResponse["headers"] = {};
    let bytes = 0;
    const chunks: Buffer[] = [];

    const settle = (result: HttpResponse | Interruption): void => {
      settled = true;
      signal.removeEventListener("abort", cancel);
      resolve(result);
    };
    const succeed = (): void => settle({ status, headers, text: utf8.decode(Buffer.concat(chunks)) });
    const fail = (cause: unknown): void => settle({ phase, cause });
    const cancel = (): void => {
      const reason = new Error("canceled");
      fail(reason);
      controller?.abort(reason);
    };
    signal.addEventListener("abort", cancel);
    if (signal.aborted) return cancel();

    dispatcher.dispatch(
      {
        origin: address.origin,
        path: address.basePath + path,
        method,
        headers: {
          accept: "application/json",
          "user-agent": userAgent(),
          ...(body === undefined ? {} : { "content-type": body.type }),
          ...request.headers,
        },
        body: body?.text ?? null,
      },
      {
        onRequestStart(started) {
          // Throwing, unlike aborting, keeps the new connection usable for other requests.
          if (settled) throw new Error("canceled before a connection was available");
          controller = started;
          phase = "waiting for the response";
        },
        onResponseStart(_controller, statusCode, responseHeaders) {
          phase = "reading the response";
          status = statusCode;
          headers = responseHeaders;
        },
        onResponseData(current, chunk) {
          bytes += chunk.length;
          if (bytes > maxBodyBytes) current.abort(new Error(`the response exceeds ${maxBodyBytes} bytes`));
          else chunks.push(chunk);
        },
        onResponseEnd: succeed,
        onResponseError(_controller, error) {
          if (status >= 300) succeed();
          else fail(error);
        },
      },
    );
  });
}

/** The file that the debug log could not be written to, which is reported once. */
let unwritable: string | undefined;

/** Writes a line to the debug log: to standard error for "1", or to a file, which only its owner can read if it is new. */
function writeDebugLine(target: string, line: string): void {
  if (target === "1") process.stderr.write(`${line}\n`);
  if (target === "1" || target === unwritable) return;
  try {
    appendFileSync(target, `${line}\n`, { mode: 0o600 });
  } catch (error) {
    // The operation must not fail if its log cannot be written.
    unwritable = target;
    process.stderr.write(`PINTEREST_DEBUG: cannot write to ${target}: ${(error as Error).message}\n`);
  }
}

/** Number of characters of a body that the log contains. Bodies are shortened after redaction, which would not find a part of a secret. */
const bodyLimit = 16_384;

let exchanges = 0;

/** Logs a request, if there is a debug log. The returned function logs the response, or the reason why there is none. */
function logExchange(request: HttpRequest): (outcome: string, body?: string) => void {
  const target = request.network?.debugLog;
  if (target === undefined || target === "" || target === "0") return () => {};
  const { redact, purpose, method, address, path, body } = request;
  exchanges += 1;
  const id = `#${process.pid}.${exchanges}`;
  const started = performance.now();
  const write = (text: string): void =>
    writeDebugLine(target, `${new Date().toISOString()} pinterest ${id} ${text}`);
  const bodyText = (text = ""): string =>
    text === "" ? "" : ` body=${oneLine(loggedBody(text, redact), bodyLimit)}`;

  write(`> ${purpose} ${method} ${redact(address.basePath + path)}${bodyText(body?.text)}`);
  return (outcome, received) =>
    write(`< ${purpose} ${Math.round(performance.now() - started)} ms ${outcome}${bodyText(received)}`);
}

/** The keys whose values the debug log contains: IDs, times, statuses and messages, also those of log entries. */
const loggedKeys: ReadonlySet<string> = new Set(
  (
    "id external_business_id connected_user_id created_timestamp updated_timestamp bookmark event_type log_level client_timestamp " +
    "code message message_detail status error error_description token_type expires_in"
  ).split(" "),
);

/** A body for the debug log: JSON with only the values of {@link loggedKeys}, or the length of a body that is not JSON. */
function loggedBody(text: string, redact: Redact): string {
  const body = parseIfJson(text);
  if (body === undefined) return `[${text.length} characters that are not JSON]`;
  // Containers and null contain no value.
  const shown = (key: string, value: unknown) =>
    typeof value === "object" || loggedKeys.has(key) ? value : redactedMark;
  return redact(JSON.stringify(body, shown));
}
