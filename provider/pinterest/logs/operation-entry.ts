import { isNotFound } from "../classify";
import type { OperationEvent } from "../operation-event";
import type { PinterestError } from "../pinterest-error";
import { createRedactor } from "../redact";
import { packageVersion } from "../version";
import { type LogEntry, logFields } from "./fields";

/**
 * What Pinterest's log is told of an operation: every write, and reads that failed (that there is no such integration is an answer like
 * any other). Nothing for the reporting itself, which would go on for ever.
 */
export function entryOfOperation(event: OperationEvent): LogEntry | undefined {
  const { operation, method, host, path, error, externalBusinessId, status, attempts } = event;
  if (operation === "reportLogs") return undefined;
  if (method === "GET" && (error === undefined || isNotFound(error))) return undefined;
  return {
    clientTimestamp: Math.round(event.startedAt),
    eventType: "API",
    logLevel: error !== undefined ? "ERROR" : attempts > 1 ? "WARN" : "INFO",
    message: cut(messageOf(event), logFields.message.max),
    appVersionNumber: cut(packageVersion(), logFields.appVersionNumber.max),
    platformVersionNumber: cut(process.versions.node, logFields.platformVersionNumber.max),
    ...(externalBusinessId === undefined || externalBusinessId.length > logFields.externalBusinessId.max
      ? {}
      : { externalBusinessId }),
    request: { method, host, path, ...(status === undefined ? {} : { responseStatusCode: status }) },
    ...(error === undefined ? {} : { error: errorOf(error) }),
  };
}

function messageOf({ operation, durationMs, attempts, requestId, error }: OperationEvent): string {
  const effort = `${attempts} ${attempts === 1 ? "request" : "requests"}, ${Math.round(durationMs)} ms`;
  const id = requestId === undefined ? "" : `, request id ${requestId}`;
  return `${operation} ${error === undefined ? "succeeded" : `failed (outcome: ${error.outcome})`}: ${effort}${id}`;
}

function errorOf(error: PinterestError): NonNullable<LogEntry["error"]> {
  const { fields } = logFields.error;
  const code = "code" in error && Number.isSafeInteger(error.code) ? { number: error.code as number } : {};
  return { name: error.name, message: cut(redact(error.message), fields.message.max), ...code };
}

/** Messages have no secret in them. This takes out what only looks like one, for which the entry would be refused. */
const redact = createRedactor([]);

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, limit).toWellFormed();
}
