import { appendFileSync } from "node:fs";
import { oneLine } from "./message-text";
import type { Redact } from "./redact";

/** Takes the lines of the debug log, without line ends. */
export type DebugSink = (line: string) => void;

/**
 * The sink that the variable PINTEREST_DEBUG names: "1" is standard error, any other text a file to append to (made readable
 * for its owner only); unset, "" and "0" are none.
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
      // A log that cannot be written must not fail the operation that it tells of.
      failed = true;
      process.stderr.write(`PINTEREST_DEBUG: cannot write to ${target}: ${(error as Error).message}\n`);
    }
  };
}

/** Longer bodies are cut; redacted first, so that no secret is cut into something else. */
const bodyLimit = 16_384;

let exchanges = 0;

/** What a request's line tells. */
export interface LoggedRequest {
  /** What the request is for, in one word. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** How an exchange ended: with an answer, or without one. */
export type LoggedResult =
  | { readonly status: number; readonly requestId?: string | undefined; readonly body: string }
  | { readonly failure: string };

/** Logs a request; the function returned logs how it ended. Neither does anything without a sink. */
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
