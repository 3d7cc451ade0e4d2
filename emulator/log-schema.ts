import { z } from "zod";

// JSON Schema counts characters where JavaScript counts UTF-16 units.
function text(most: number): z.ZodString {
  return z
    .string()
    .refine(
      (value) => value.length <= most || [...value].length <= most,
      `must be at most ${most} characters`,
    );
}

const id = text(128).nullable().optional();
const headers = z.record(z.string(), z.string()).optional();

const clientErrorSchema = z.strictObject({
  cause: text(512).optional(),
  column_number: z.int().optional(),
  file_name: text(256).optional(),
  line_number: z.int().optional(),
  message: text(8192).optional(),
  message_detail: text(1024).optional(),
  name: text(256).optional(),
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

/** One entry of a batch of logs, with the bounds of API description 5.23.0. No unknown name is taken. */
export const integrationLogSchema = z.strictObject({
  client_timestamp: z.int(),
  event_type: z.enum(["APP", "API"]),
  log_level: z.enum(["INFO", "WARN", "ERROR"]),
  external_business_id: text(2048).nullable().optional(),
  advertiser_id: id,
  merchant_id: id,
  tag_id: id,
  feed_profile_id: id,
  message: text(8192).optional(),
  app_version_number: text(20).optional(),
  platform_version_number: text(20).optional(),
  error: clientErrorSchema.optional(),
  request: clientRequestSchema.optional(),
});

/** An entry of the logs that a program reports, by the names of the wire. `client_timestamp` is in milliseconds. */
export type IntegrationLog = z.infer<typeof integrationLogSchema>;

/** How many entries a batch holds at least and at most. */
export const BATCH_BOUNDS = { least: 1, most: 250 } as const;
