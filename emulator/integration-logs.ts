import { z } from "zod";
import type { Account } from "./accounts";
import { type ApiResponse, invalid } from "./responses";
import type { Switches } from "./switches";

/** Maximum number of entries of a batch. */
const entriesAtMost = 250;

/** An optional string. JSON Schema counts characters; JavaScript counts UTF-16 units. */
function text(charactersAtMost: number) {
  return z
    .string()
    .refine(
      (value) => value.length <= charactersAtMost || [...value].length <= charactersAtMost,
      `must be at most ${charactersAtMost} characters`,
    )
    .optional();
}

const headers = z.record(z.string(), z.string()).optional();

const clientErrorSchema = z.strictObject({
  cause: text(512),
  column_number: z.int().optional(),
  file_name: text(256),
  line_number: z.int().optional(),
  message: text(8192),
  message_detail: text(1024),
  name: text(256),
  number: z.int().optional(),
  stack_trace: z.string().optional(),
});

const clientRequestSchema = z.strictObject({
  method: z.enum(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]),
  host: z.string(),
  path: z.string(),
  request_headers: headers,
  response_headers: headers,
  response_status_code: z.int().optional(),
});

/** An entry of a batch, with the limits of the API description 5.23.0. It rejects unknown properties. */
const integrationLogSchema = z.strictObject({
  client_timestamp: z.int(),
  event_type: z.enum(["APP", "API"]),
  log_level: z.enum(["INFO", "WARN", "ERROR"]),
  external_business_id: text(2048).nullable(),
  advertiser_id: text(128).nullable(),
  merchant_id: text(128).nullable(),
  tag_id: text(128).nullable(),
  feed_profile_id: text(128).nullable(),
  message: text(8192),
  app_version_number: text(20),
  platform_version_number: text(20),
  error: clientErrorSchema.optional(),
  request: clientRequestSchema.optional(),
});

/** An entry of the integration log, with the names of the API. `client_timestamp` is in milliseconds since 1970. */
export type IntegrationLog = z.infer<typeof integrationLogSchema>;

/** An accepted entry and the account that reported it. */
export interface ReportedLog {
  readonly account: string;
  readonly log: IntegrationLog;
}

/** An invalid value of a batch, as in Pinterest's `IntegrationLogsInvalidLogResponse`. */
interface RejectedLog {
  /** Path in the entry, separated by dots, or `logs` if the batch is invalid. */
  readonly field: string;
  readonly value: string;
  readonly reason: string;
  /** Index of the entry in the batch. Absent if the batch is invalid. */
  readonly log_index?: number;
}

/** The parts of a request that the operation needs. */
interface LogsCall {
  readonly account: Account;
  readonly logs: ReportedLog[];
  readonly switches: Switches;
  readonly body: unknown;
}

/** The operation `logs`: accepts a batch of entries, or responds with the invalid ones. */
export function reportLogs({ account, logs, switches, body }: LogsCall): ApiResponse {
  const batch = readBatch(body);
  if (!Array.isArray(batch)) return rejection([batch], switches);
  const accepted: IntegrationLog[] = [];
  const rejected: RejectedLog[] = [];
  batch.forEach((entry, index) => {
    const result = integrationLogSchema.safeParse(entry);
    if (result.success) accepted.push(result.data);
    else rejected.push(...result.error.issues.flatMap((issue) => rejectedLogs(issue, entry, index)));
  });
  if (rejected.length === 0 || switches.logsRejection === "partial") {
    logs.push(...accepted.map((log) => ({ account: account.name, log })));
  }
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
  if (logs.length >= 1 && logs.length <= entriesAtMost) return logs;
  const reason = `must hold from 1 to ${entriesAtMost} logs`;
  return { field: "logs", value: `${logs.length} logs`, reason };
}

function rejectedLogs(issue: z.core.$ZodIssue, entry: unknown, log_index: number): RejectedLog[] {
  const unknown = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
  return unknown.map((key) => {
    const path = key === undefined ? issue.path : [...issue.path, key];
    const value = path.reduce((from, name) => (from as Record<PropertyKey, unknown> | null)?.[name], entry);
    return { field: path.map(String).join("."), value: shown(value), reason: issue.message, log_index };
  });
}

// Pinterest's messages also contain the value. Here it is cut to 100 characters.
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (text ?? "").slice(0, 100);
}

function rejection(rejected: readonly RejectedLog[], { logsErrorShape, logsIndex }: Switches): ApiResponse {
  const rejected_logs = rejected.map(({ log_index, ...rest }) =>
    logsIndex === "omitted" || log_index === undefined ? rest : { ...rest, log_index },
  );
  if (logsErrorShape === "rejected") return { status: 400, body: { rejected_logs } };
  const [{ field, value, reason, log_index }] = rejected as [RejectedLog];
  const path = log_index === undefined || logsIndex === "omitted" ? field : `logs[${log_index}].${field}`;
  const error = invalid(`'${path}' value '${value}' is not valid: ${reason}`);
  if (logsErrorShape === "error") return error;
  return { status: 400, body: { ...(error.body as object), details: { rejected_logs } } };
}
