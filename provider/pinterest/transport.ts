import type { Dispatcher } from "undici";
import type { Ending } from "./deadline";

/** One HTTP request, ready to be sent. */
export interface TransportRequest {
  readonly origin: string;
  /** Sent as it is: nothing decodes or normalizes it. */
  readonly path: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly ending: Ending;
}

/** An answer, whatever its status. */
export interface TransportAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** How far a request had come: nothing of it is sent while connecting. */
export type TransportPhase = "connecting" | "waiting for the answer" | "reading the answer";

/** No answer, or half of one. Never leaves this room: its cause may hold the request. */
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

const utf8 = new TextDecoder();

function textOf(chunks: readonly Buffer[]): string {
  const [first, ...others] = chunks;
  return utf8.decode(others.length === 0 ? first : Buffer.concat(chunks));
}

/** Far beyond a list page of 250 records; an answer that is larger is not Pinterest's. */
export const maxBodyBytes = 32 * 1024 * 1024;

/**
 * Sends one request and reads the whole answer. Redirects are answers like any other: none is followed.
 *
 * An error answer (status 300 and above) counts as soon as its status is known, even if its body breaks off.
 *
 * @throws TransportFailure if there is no answer, or the call ends before.
 */
export function send(dispatcher: Dispatcher, request: TransportRequest): Promise<TransportAnswer> {
  return new Promise((resolve, reject) => {
    let phase: TransportPhase = "connecting";
    let settled = false;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: TransportAnswer["headers"] = {};
    let bytes = 0;
    const chunks: Buffer[] = [];

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      leave();
      return true;
    };
    const succeed = (): void => {
      if (settle()) resolve({ status, headers, text: textOf(chunks) });
    };
    const fail = (cause: unknown): void => {
      if (settle()) reject(new TransportFailure(phase, cause));
    };
    const giveUp = (): void => {
      const reason = new Error("given up");
      fail(reason);
      controller?.abort(reason);
    };
    const leave = request.ending.onEnd(giveUp);
    if (request.ending.ended) {
      giveUp();
      return;
    }

    const { origin, path, method, headers: requestHeaders, body = null } = request;
    dispatcher.dispatch(
      { origin, path, method, headers: { ...requestHeaders }, body },
      {
        onRequestStart(started) {
          // Thrown, not aborted: the connection that was waited for in vain stays usable.
          if (settled) throw new Error("given up before a connection was free");
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
