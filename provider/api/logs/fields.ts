import { isJsonObject } from "../../base/json";
import { describe, problemWithUnknown } from "../../base/message-text";
import { containsSecret } from "../secret-patterns";

/** API name, kind and limits of one field of a log entry. */
export type LogFieldRule = { readonly wire: string; readonly required?: true } & (
  | { readonly kind: "text" /** In characters (Unicode code points). */; readonly max?: number }
  | { readonly kind: "id" /** In characters. Null is also allowed. */; readonly max: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "integer" }
  | { readonly kind: "headers" }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, LogFieldRule>> }
);

const logErrorFields = {
  /** Kind of the error, such as `TypeError`, at most 256 characters. */
  name: { wire: "name", kind: "text", max: 256 },
  /** Message of the error, at most 8192 characters. */
  message: { wire: "message", kind: "text", max: 8192 },
  /** Details of the message, at most 1024 characters. */
  messageDetail: { wire: "message_detail", kind: "text", max: 1024 },
  /** Cause of the error, at most 512 characters. */
  cause: { wire: "cause", kind: "text", max: 512 },
  /** Number of the error. */
  number: { wire: "number", kind: "integer" },
  /** File in which the error happened, at most 256 characters. */
  fileName: { wire: "file_name", kind: "text", max: 256 },
  /**
   * Line in that file.
   *
   * @asType integer
   */
  lineNumber: { wire: "line_number", kind: "integer" },
  /**
   * Column in that line.
   *
   * @asType integer
   */
  columnNumber: { wire: "column_number", kind: "integer" },
  /** Stack trace, of any length. */
  stackTrace: { wire: "stack_trace", kind: "text" },
} as const satisfies Readonly<Record<string, LogFieldRule>>;

const logRequestFields = {
  /** Method of the request. */
  method: {
    wire: "method",
    kind: "choice",
    choices: ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"],
    required: true,
  },
  /** Host of the request. */
  host: { wire: "host", kind: "text", required: true },
  /** Path of the request. */
  path: { wire: "path", kind: "text", required: true },
  /** Headers of the request, without secrets. */
  requestHeaders: { wire: "request_headers", kind: "headers" },
  /** Headers of the response, without secrets. */
  responseHeaders: { wire: "response_headers", kind: "headers" },
  /**
   * Status of the response.
   *
   * @asType integer
   */
  responseStatusCode: { wire: "response_status_code", kind: "integer" },
} as const satisfies Readonly<Record<string, LogFieldRule>>;

/**
 * Fields of a log entry, by their name in this package. API names, limits and kinds are those of Pinterest's API description (5.23.0,
 * IntegrationLog). Types, checks, and the arguments and outputs of `IntegrationLog` are derived from this table, with its comments.
 */
export const logFields = {
  /**
   * When it happened, in whole milliseconds since 1970.
   *
   * @default the time at which the entry is sent
   */
  clientTimestamp: { wire: "client_timestamp", kind: "integer", required: true },
  /** Where it happened: in your app (`APP`), or in a request to an API (`API`). */
  eventType: { wire: "event_type", kind: "choice", choices: ["APP", "API"], required: true },
  /** Severity of the entry. */
  logLevel: { wire: "log_level", kind: "choice", choices: ["INFO", "WARN", "ERROR"], required: true },
  /** What happened, in at most 8192 characters. */
  message: { wire: "message", kind: "text", max: 8192 },
  /** Your ID of the shop, at most 2048 characters. */
  externalBusinessId: { wire: "external_business_id", kind: "id", max: 2048 },
  /** ID of the advertiser, as a string of at most 128 characters. */
  advertiserId: { wire: "advertiser_id", kind: "id", max: 128 },
  /** ID of the merchant, as a string of at most 128 characters. */
  merchantId: { wire: "merchant_id", kind: "id", max: 128 },
  /** ID of the tag, as a string of at most 128 characters. */
  tagId: { wire: "tag_id", kind: "id", max: 128 },
  /** ID of the feed profile, as a string of at most 128 characters. */
  feedProfileId: { wire: "feed_profile_id", kind: "id", max: 128 },
  /** Version of your app, at most 20 characters. */
  appVersionNumber: { wire: "app_version_number", kind: "text", max: 20 },
  /** Version of the platform that your app runs on, at most 20 characters. */
  platformVersionNumber: { wire: "platform_version_number", kind: "text", max: 20 },
  /** Error that the entry reports. */
  error: { wire: "error", kind: "object", fields: logErrorFields },
  /** HTTP request that the entry is about. */
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

// This form of mapped type keeps the comments of the tables.
type ValuesOf<Fields> = {
  readonly [Name in keyof Fields as IfRequired<Fields[Name], Name, never>]: ValueOf<Fields[Name]>;
} & {
  readonly [Name in keyof Fields as IfRequired<Fields[Name], never, Name>]?: ValueOf<Fields[Name]>;
};

/** An entry of Pinterest's integration log. */
export type LogEntry = ValuesOf<typeof logFields>;

/** Error of a log entry. */
export type LogError = ValuesOf<typeof logErrorFields>;

/** HTTP request of a log entry. */
export type LogRequest = ValuesOf<typeof logRequestFields>;

type Rules = Readonly<Record<string, LogFieldRule>>;

/** Converts an entry to the API's names. */
export function logToWire(entry: object, rules: Rules = logFields): Record<string, unknown> {
  const given = Object.entries(rules).map(([name, rule]) => [rule, entry[name as never]] as const);
  return Object.fromEntries(
    given
      .filter(([, value]) => value !== undefined)
      .map(([rule, value]) => [rule.wire, rule.kind === "object" ? logToWire(value, rule.fields) : value]),
  );
}

/** A problem of a log entry. Never contains the value, which can be a secret. */
export interface LogProblem {
  /** For example `error.message`. Missing if the entry is not an object. */
  readonly field?: string;
  /** A predicate: "is missing". */
  readonly problem: string;
}

type Accepts = (value: unknown) => boolean;

/**
 * Returns all problems of a log entry. Does not use zod, because `accepts` also applies to members, which would need a second
 * walk.
 *
 * @param accepts whether to accept a value without a check, for example because it is not known yet.
 */
export function logProblems(entry: unknown, accepts: Accepts = () => false): LogProblem[] {
  return isJsonObject(entry)
    ? objectProblems(entry, logFields, "", accepts)
    : [{ problem: `must be an object, but is ${describe(entry)}` }];
}

function objectProblems(
  object: Readonly<Record<string, unknown>>,
  rules: Rules,
  prefix: string,
  accepts: Accepts,
): LogProblem[] {
  const unknown = Object.keys(object).filter((name) => !Object.hasOwn(rules, name));
  return [
    ...unknown.map((name) => ({
      field: prefix + name,
      problem: problemWithUnknown(name, "field of a log entry", Object.keys(rules)),
    })),
    ...Object.entries(rules).flatMap(([name, rule]) =>
      fieldProblems(object[name], rule, prefix + name, accepts),
    ),
  ];
}

function fieldProblems(value: unknown, rule: LogFieldRule, field: string, accepts: Accepts): LogProblem[] {
  if (accepts(value)) return [];
  if (value === undefined) return rule.required === true ? [{ field, problem: "is missing" }] : [];
  if (rule.kind === "object" && isJsonObject(value)) {
    return objectProblems(value, rule.fields, `${field}.`, accepts);
  }
  if (rule.kind === "headers" && isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, content]) =>
      secretHeader.test(name)
        ? [{ field: `${field}.${name}`, problem: "is a header for secrets; remove it" }]
        : fieldProblems(content, { wire: name, kind: "text" }, `${field}.${name}`, accepts),
    );
  }
  const problem = valueProblem(value, rule);
  return problem === undefined ? [] : [{ field, problem }];
}

const secretHeader =
  /authori[sz]ation|cookie|token|secret|passw|credential|api[-_]?key|session|(?:^|[-_])auth(?:$|[-_])/i;

function valueProblem(value: unknown, rule: LogFieldRule): string | undefined {
  const not = (allowed: string): string => `must be ${allowed}, but is ${describe(value)}`;
  switch (rule.kind) {
    case "integer":
      return Number.isSafeInteger(value) ? undefined : not("a whole number");
    case "choice":
      return rule.choices.includes(value as string) ? undefined : not(`one of ${rule.choices.join(", ")}`);
    case "object":
      return not("an object");
    case "headers":
      return not("an object of strings");
    default:
      if (rule.kind === "id" && value === null) return undefined;
      if (typeof value !== "string" || isLongerThan(value, rule.max)) {
        return not(rule.max === undefined ? "a string" : `a string of at most ${rule.max} characters`);
      }
      if (!value.isWellFormed()) return "contains half of a surrogate pair, which is not Unicode";
      return containsSecret(value)
        ? "contains what looks like a token or another secret; remove it"
        : undefined;
  }
}

/** Counts code points, like Pinterest's API description: an emoji is one character. */
function isLongerThan(text: string, max = Number.POSITIVE_INFINITY): boolean {
  return text.length > max && (text.length > 2 * max || [...text].length > max);
}
