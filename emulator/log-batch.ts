import type { z } from "zod";
import { type Answer, invalid } from "./answers";
import type { Call } from "./call";
import { BATCH_BOUNDS, type IntegrationLog, integrationLogSchema } from "./log-schema";
import type { Switches } from "./switches";

/** Why a value of a batch was rejected, in the form of Pinterest's IntegrationLogsInvalidLogResponse. */
interface RejectedLog {
  /** The path in the entry, with dots; `logs` if the batch itself is wrong. */
  readonly field: string;
  readonly value: string;
  readonly reason: string;
  /** The position of the entry in the batch, from 0; absent if the batch itself is wrong. */
  readonly log_index?: number;
}

/** Validates a batch of log entries. */
export function takeLogs({ account, logs, switches, body }: Call): Answer {
  const batch = readBatch(body);
  if (!Array.isArray(batch)) return rejection([batch], switches);
  const accepted: IntegrationLog[] = [];
  const rejected: RejectedLog[] = [];
  batch.forEach((entry, index) => {
    const result = integrationLogSchema.safeParse(entry);
    if (result.success) accepted.push(result.data);
    else rejected.push(...result.error.issues.flatMap((issue) => explain(issue, entry, index)));
  });
  if (rejected.length === 0 || switches.logsRejection === "partial") logs.add(account.name, accepted);
  if (rejected.length > 0) return rejection(rejected, switches);
  return { status: 200, body: switches.logsMessage === "shown" ? { message: "Logs received." } : {} };
}

function readBatch(body: unknown): unknown[] | RejectedLog {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return { field: "body", value: shown(body), reason: "must be a JSON object" };
  }
  const unknown = Object.keys(body).find((key) => key !== "logs");
  if (unknown !== undefined) return { field: unknown, value: "", reason: "is not an allowed property" };
  const { logs } = body as { logs?: unknown };
  if (!Array.isArray(logs)) return { field: "logs", value: shown(logs), reason: "must be an array" };
  const { least, most } = BATCH_BOUNDS;
  if (logs.length >= least && logs.length <= most) return logs;
  return { field: "logs", value: `${logs.length} logs`, reason: `must hold from ${least} to ${most} logs` };
}

function explain(issue: z.core.$ZodIssue, entry: unknown, log_index: number): RejectedLog[] {
  const unknown = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
  return unknown.map((key) => {
    const path = key === undefined ? issue.path : [...issue.path, key];
    const value = path.reduce((from, name) => (from as Record<PropertyKey, unknown> | null)?.[name], entry);
    return { field: path.map(String).join("."), value: shown(value), reason: issue.message, log_index };
  });
}

// Like Pinterest's own messages, these repeat the value, but shortened.
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (text ?? "").slice(0, 100);
}

function rejection(rejected: readonly RejectedLog[], { logsErrorShape, logsIndex }: Switches): Answer {
  const rejected_logs = rejected.map(({ log_index, ...rest }) =>
    logsIndex === "omitted" || log_index === undefined ? rest : { ...rest, log_index },
  );
  if (logsErrorShape === "rejected") return { status: 400, body: { rejected_logs } };
  const [{ field, value, reason, log_index }] = rejected as [RejectedLog];
  const place = log_index === undefined || logsIndex === "omitted" ? field : `logs[${log_index}].${field}`;
  const error = invalid(`'${place}' value '${value}' is not valid: ${reason}`);
  if (logsErrorShape === "error") return error;
  return { status: 400, body: { ...(error.body as object), details: { rejected_logs } } };
}
