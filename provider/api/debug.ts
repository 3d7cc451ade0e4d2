import { appendFileSync } from "node:fs";
import { oneLine } from "./message-text";
import { createLogRedactor } from "./redact";
import type { HttpRequest } from "./transport";

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

/** The response to a request, or why there is none. */
type LoggedResult =
  | { readonly status: number; readonly requestId: string | undefined; readonly body: string }
  | { readonly failure: string };

/** Logs a request. The returned function logs the response. */
export function logExchange({
  debug,
  secrets,
  purpose,
  method,
  address,
  path,
  body,
}: HttpRequest): (result: LoggedResult) => void {
  if (debug === undefined) return () => {};
  const redact = createLogRedactor(secrets);
  exchanges += 1;
  const id = `#${process.pid}.${exchanges}`;
  const started = performance.now();
  const write = (text: string): void => debug(`${new Date().toISOString()} pinterest ${id} ${text}`);
  const bodyText = (text: string): string => (text === "" ? "" : ` body=${oneLine(redact(text), bodyLimit)}`);

  const sent = body === undefined || body.isSecret ? "" : bodyText(body.text);
  write(`> ${purpose} ${method} ${redact(address.basePath + path)}${sent}`);
  return (result) => {
    const duration = `${Math.round(performance.now() - started)} ms`;
    const outcome =
      "failure" in result
        ? result.failure
        : `${result.status} request-id=${result.requestId ?? "-"}${bodyText(result.body)}`;
    write(`< ${purpose} ${duration} ${outcome}`);
  };
}
