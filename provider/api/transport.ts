import type { Dispatcher } from "undici";

/** An HTTP request. */
export interface TransportRequest {
  readonly origin: string;
  /** Sent unchanged, without decoding or normalization. */
  readonly path: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Cancels the request. */
  readonly signal: AbortSignal;
}

/** A complete answer, of any status. */
export interface TransportAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** The progress of a request. While connecting, no part of it is sent. */
export type TransportPhase = "connecting" | "waiting for the answer" | "reading the answer";

/** No answer, or an incomplete one. Convert it before it leaves this directory: its cause may contain the request, and so the token. */
export class TransportFailure extends Error {
  override readonly name = "TransportFailure";
  constructor(
    readonly phase: TransportPhase,
    override readonly cause: unknown,
  ) {
    super("the request failed");
  }
}

/** An answer that exceeds {@link maxBodyBytes}. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
  constructor(readonly status: number) {
    super("the answer is too large");
  }
}

/** Much larger than a list page of 250 records, in bytes. */
export const maxBodyBytes = 32 * 1024 * 1024;

const utf8 = new TextDecoder();

/**
 * Sends a request, and reads the whole answer. Does not follow redirects.
 *
 * An error answer (status 300 and above) is returned even if its body is incomplete, because its status is sufficient.
 *
 * @throws TransportFailure if there is no complete answer, or the signal is aborted first.
 */
export function send(dispatcher: Dispatcher, request: TransportRequest): Promise<TransportAnswer> {
  const { origin, path, method, headers: requestHeaders, body = null, signal } = request;
  return new Promise((resolve, reject) => {
    let phase: TransportPhase = "connecting";
    let settled = false;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: TransportAnswer["headers"] = {};
    let bytes = 0;
    const chunks: Buffer[] = [];

    const settle = (end: () => void): void => {
      if (settled) return;
      settled = true;
      signal.removeEventListener("abort", cancel);
      end();
    };
    const succeed = (): void =>
      settle(() => resolve({ status, headers, text: utf8.decode(Buffer.concat(chunks)) }));
    const fail = (cause: unknown): void => settle(() => reject(new TransportFailure(phase, cause)));
    const cancel = (): void => {
      const reason = new Error("canceled");
      fail(reason);
      controller?.abort(reason);
    };
    signal.addEventListener("abort", cancel);
    if (signal.aborted) return cancel();

    dispatcher.dispatch(
      { origin, path, method, headers: { ...requestHeaders }, body },
      {
        onRequestStart(started) {
          // Throwing, unlike aborting, keeps the new connection usable for other requests.
          if (settled) throw new Error("canceled before a connection was available");
          controller = started;
          phase = "waiting for the answer";
        },
        onResponseStart(_controller, statusCode, responseHeaders) {
          if (statusCode < 200) return;
          phase = "reading the answer";
          status = statusCode;
          headers = responseHeaders;
        },
        onResponseData(current, chunk) {
          bytes += chunk.length;
          if (bytes > maxBodyBytes) current.abort(new BodyTooLarge(status));
          else chunks.push(chunk);
        },
        onResponseEnd: succeed,
        onResponseError(_controller, error) {
          if (phase === "reading the answer" && status >= 300) succeed();
          else fail(error);
        },
      },
    );
  });
}
