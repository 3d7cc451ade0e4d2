import { z } from "zod";

/** Length limits of an entry's strings, by their path. Others have no limit. */
export const LOG_TEXT_LIMITS = {
  external_business_id: 2048,
  advertiser_id: 128,
  merchant_id: 128,
  tag_id: 128,
  feed_profile_id: 128,
  message: 8192,
  app_version_number: 20,
  platform_version_number: 20,
  "error.cause": 512,
  "error.file_name": 256,
  "error.name": 256,
  "error.message": 8192,
  "error.message_detail": 1024,
} as const;

/** The strings of an entry that may be null. */
export const LOG_NULLABLE = [
  "external_business_id",
  "advertiser_id",
  "merchant_id",
  "tag_id",
  "feed_profile_id",
] as const satisfies readonly (keyof typeof LOG_TEXT_LIMITS)[];

/** The allowed words of an entry, by their path. */
export const LOG_WORDS = {
  event_type: ["APP", "API"],
  log_level: ["INFO", "WARN", "ERROR"],
  "request.method": ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"],
} as const;

/** Smallest and largest number of entries in a batch. */
export const BATCH_BOUNDS = { least: 1, most: 250 } as const;

// JSON Schema counts characters, and JavaScript counts UTF-16 units.
function text(place: keyof typeof LOG_TEXT_LIMITS) {
  const most = LOG_TEXT_LIMITS[place];
  return z
    .string()
    .refine(
      (value) => value.length <= most || [...value].length <= most,
      `must be at most ${most} characters`,
    )
    .optional();
}

const nullable = Object.fromEntries(LOG_NULLABLE.map((place) => [place, text(place).nullable()])) as {
  [P in (typeof LOG_NULLABLE)[number]]: z.ZodNullable<ReturnType<typeof text>>;
};

const headers = z.record(z.string(), z.string()).optional();

const clientErrorSchema = z.strictObject({
  cause: text("error.cause"),
  column_number: z.int().optional(),
  file_name: text("error.file_name"),
  line_number: z.int().optional(),
  message: text("error.message"),
  message_detail: text("error.message_detail"),
  name: text("error.name"),
  number: z.int().optional(),
  stack_trace: z.string().optional(),
});

const clientRequestSchema = z.strictObject({
  method: z.enum(LOG_WORDS["request.method"]),
  host: z.string(),
  path: z.string(),
  request_headers: headers,
  response_headers: headers,
  response_status_code: z.int().optional(),
});

/** An entry of a batch, with the limits of the API description 5.23.0. Unknown names are refused. */
export const integrationLogSchema = z.strictObject({
  client_timestamp: z.int(),
  event_type: z.enum(LOG_WORDS.event_type),
  log_level: z.enum(LOG_WORDS.log_level),
  ...nullable,
  message: text("message"),
  app_version_number: text("app_version_number"),
  platform_version_number: text("platform_version_number"),
  error: clientErrorSchema.optional(),
  request: clientRequestSchema.optional(),
});

/** A log entry, by the names of Pinterest's API. `client_timestamp` is in milliseconds. */
export type IntegrationLog = z.infer<typeof integrationLogSchema>;
