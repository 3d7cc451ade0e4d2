import { appendFileSync } from "node:fs";
import { oneLine } from "./message-text";
import type { Redact } from "./redact";

/** Receives the lines of the debug log, without line breaks. */
export type DebugSink = (line: string) => void;

/**
 * The debug log according to the variable PINTEREST_DEBUG: standard error for "1", or a file that only its owner can read. Undefined if the
 * variable is unset, "" or "0".
 */
export function environmentSink(): DebugSink | undefined {
  const target = process.env.PINTEREST_DEBUG;
  if (target === undefined || target === "" || target === "0") return undefined;
  if (target === "1") return (line) => process.stderr.write(`${line}\n`);
  let failed = false;
  return (line) => {
    if (failed) return;
    try {
      appendFileSync(target, `${line}\n`, { mode: 0o600 });
    } catch (error) {
      // The operation must not fail if its log cannot be written.
      failed = true;
      process.stderr.write(`PINTEREST_DEBUG: cannot write to ${target}: ${(error as Error).message}\n`);
    }
  };
}

/** Limit for a body in the log, in characters. Bodies are shortened after redaction, which would not find a part of a secret. */
const bodyLimit = 16_384;

let exchanges = 0;

/** A request in the log. */
export interface LoggedRequest {
  /** Its purpose, in one word. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** The response to a request in the log, or why there is none. */
export type LoggedResult =
  | { readonly status: number; readonly requestId?: string | undefined; readonly body: string }
  | { readonly failure: string };

/** Logs a request. The returned function logs the response. */
export function logExchange(
  sink: DebugSink | undefined,
  redact: Redact,
  request: LoggedRequest,
): (result: LoggedResult) => void {
  if (sink === undefined) return () => {};
  exchanges += 1;
  const id = `#${process.pid}.${exchanges}`;
  const started = performance.now();
  const write = (text: string): void => sink(`${new Date().toISOString()} pinterest ${id} ${text}`);
  const bodyText = (body: string): string => (body === "" ? "" : ` body=${oneLine(redact(body), bodyLimit)}`);

  write(`> ${request.operation} ${request.method} ${redact(request.path)}${bodyText(request.body ?? "")}`);
  return (result) => {
    const duration = `${Math.round(performance.now() - started)} ms`;
    const outcome =
      "failure" in result
        ? redact(result.failure)
        : `${result.status} request-id=${result.requestId ?? "-"}${bodyText(result.body)}`;
    write(`< ${request.operation} ${duration} ${outcome}`);
  };
}
