/** What one field of a log entry may hold. */
export type LogFieldRule = { readonly wire: string; readonly required?: true } & (
  | { readonly kind: "text" /** In characters (Unicode code points). */; readonly max?: number }
  | { readonly kind: "id" /** In characters; null is allowed too. */; readonly max: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "integer" }
  | { readonly kind: "headers" }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, LogFieldRule>> }
);

const logErrorFields = {
  /** The error's kind, such as `TypeError`; up to 256 characters. */
  name: { wire: "name", kind: "text", max: 256 },
  /** What the error says; up to 8192 characters. */
  message: { wire: "message", kind: "text", max: 8192 },
  /** More of it; up to 1024 characters. */
  messageDetail: { wire: "message_detail", kind: "text", max: 1024 },
  /** What the error came of; up to 512 characters. */
  cause: { wire: "cause", kind: "text", max: 512 },
  /** The error's number. */
  number: { wire: "number", kind: "integer" },
  /** The file in which it happened; up to 256 characters. */
  fileName: { wire: "file_name", kind: "text", max: 256 },
  /**
   * The line of that file.
   *
   * @asType integer
   */
  lineNumber: { wire: "line_number", kind: "integer" },
  /**
   * The column of that line.
   *
   * @asType integer
   */
  columnNumber: { wire: "column_number", kind: "integer" },
  /** The stack trace, of any length. */
  stackTrace: { wire: "stack_trace", kind: "text" },
} as const satisfies Readonly<Record<string, LogFieldRule>>;

const logRequestFields = {
  /** The request's method. */
  method: {
    wire: "method",
    kind: "choice",
    choices: ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"],
    required: true,
  },
  /** The host that it went to. */
  host: { wire: "host", kind: "text", required: true },
  /** The path that it asked for. */
  path: { wire: "path", kind: "text", required: true },
  /** Its headers; none that carries a secret. */
  requestHeaders: { wire: "request_headers", kind: "headers" },
  /** The answer's headers; none that carries a secret. */
  responseHeaders: { wire: "response_headers", kind: "headers" },
  /**
   * The answer's status.
   *
   * @asType integer
   */
  responseStatusCode: { wire: "response_status_code", kind: "integer" },
} as const satisfies Readonly<Record<string, LogFieldRule>>;

/**
 * The fields of a log entry, by their name in this package. Names, limits and kinds follow Pinterest's API description (5.23.0,
 * IntegrationLog); everything else that is said about a field anywhere, types included, is derived from this table.
 */
export const logFields = {
  /** When it happened, in epoch milliseconds. */
  clientTimestamp: { wire: "client_timestamp", kind: "integer", required: true },
  /** Whether it happened in the app or in a call of an API. */
  eventType: { wire: "event_type", kind: "choice", choices: ["APP", "API"], required: true },
  /** How grave it is. */
  logLevel: { wire: "log_level", kind: "choice", choices: ["INFO", "WARN", "ERROR"], required: true },
  /** What happened; up to 8192 characters. */
  message: { wire: "message", kind: "text", max: 8192 },
  /** The id of the integration in the shop; up to 2048 characters. */
  externalBusinessId: { wire: "external_business_id", kind: "id", max: 2048 },
  /** The advertiser's id; up to 128 characters. */
  advertiserId: { wire: "advertiser_id", kind: "id", max: 128 },
  /** The merchant's id; up to 128 characters. */
  merchantId: { wire: "merchant_id", kind: "id", max: 128 },
  /** The tag's id; up to 128 characters. */
  tagId: { wire: "tag_id", kind: "id", max: 128 },
  /** The feed profile's id; up to 128 characters. */
  feedProfileId: { wire: "feed_profile_id", kind: "id", max: 128 },
  /** The version of the app that integrates; up to 20 characters. */
  appVersionNumber: { wire: "app_version_number", kind: "text", max: 20 },
  /** The version of the platform that it runs on; up to 20 characters. */
  platformVersionNumber: { wire: "platform_version_number", kind: "text", max: 20 },
  /** The error that happened. */
  error: { wire: "error", kind: "object", fields: logErrorFields },
  /** The request that it happened in. */
  request: { wire: "request", kind: "object", fields: logRequestFields },
} as const satisfies Readonly<Record<string, LogFieldRule>>;

type ValueOf<Rule> = Rule extends { kind: "integer" }
  ? number
  : Rule extends { kind: "choice"; choices: readonly (infer Choice)[] }
    ? Choice
    : Rule extends { kind: "object"; fields: infer Fields }
      ? ValuesOf<Fields>
      : Rule extends { kind: "headers" }
        ? Readonly<Record<string, string>>
        : Rule extends { kind: "id" }
          ? string | null
          : string;

type IfRequired<Rule, Then, Else> = Rule extends { required: true } ? Then : Else;

// Mapped in a way that keeps the comments of the tables.
type ValuesOf<Fields> = {
  readonly [Name in keyof Fields as IfRequired<Fields[Name], Name, never>]: ValueOf<Fields[Name]>;
} & {
  readonly [Name in keyof Fields as IfRequired<Fields[Name], never, Name>]?: ValueOf<Fields[Name]>;
};

/** One entry of Pinterest's log of an integration. */
export type LogEntry = ValuesOf<typeof logFields>;

/** The error of a log entry. */
export type LogError = ValuesOf<typeof logErrorFields>;

/** The request of a log entry. */
export type LogRequest = ValuesOf<typeof logRequestFields>;
