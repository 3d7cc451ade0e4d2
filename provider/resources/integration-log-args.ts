import type { Input } from "@pulumi/pulumi";
import type { LogEntry } from "../pinterest";
import type { LogError, LogRequest } from "../pinterest/logs";

type Inputs<T> = { [Name in keyof T]: Input<T[Name]> };

/**
 * What a program says of a log entry. Limits are those of Pinterest's API description (5.23.0), in characters. No text and no
 * header may hold what looks like a token.
 */
export interface IntegrationLogArgs {
  /** Whether it happened in the app or in a call of an API. */
  eventType: Input<"APP" | "API">;
  /** How grave it is. */
  logLevel: Input<"INFO" | "WARN" | "ERROR">;
  /** What happened; up to 8192 characters. */
  message?: Input<string | undefined>;
  /** When it happened, in milliseconds since 1970; by default when it is recorded. */
  clientTimestamp?: Input<number | undefined>;
  /** The id of the integration in the shop; up to 2048 characters. */
  externalBusinessId?: Input<string | undefined>;
  /** The advertiser's id, as text; up to 128 characters. */
  advertiserId?: Input<string | undefined>;
  /** The merchant's id, as text; up to 128 characters. */
  merchantId?: Input<string | undefined>;
  /** The tag's id, as text; up to 128 characters. */
  tagId?: Input<string | undefined>;
  /** The feed profile's id, as text; up to 128 characters. */
  feedProfileId?: Input<string | undefined>;
  /** The version of the app that integrates; up to 20 characters. */
  appVersionNumber?: Input<string | undefined>;
  /** The version of the platform that it runs on; up to 20 characters. */
  platformVersionNumber?: Input<string | undefined>;
  /** The error that happened: name, message, cause, stack trace and so on. */
  error?: Input<Inputs<LogError> | undefined>;
  /** The request that it happened in: method, host, path, headers without secrets, status. */
  request?: Input<Inputs<LogRequest> | undefined>;
  /** The account whose token records it: a name in `pinterest:accounts`; the default account when left out. */
  account?: Input<string | undefined>;
  /** Anything; when it changes the entry is recorded again. Pinterest is not told it. */
  triggers?: Input<unknown>;
}

// Fails to compile when an argument here has no field in the table of the log, or a field there no argument here.
type Missing = Exclude<keyof LogEntry, keyof IntegrationLogArgs>;
type Surplus = Exclude<keyof IntegrationLogArgs, keyof LogEntry | "account" | "triggers">;
true satisfies [Missing, Surplus] extends [never, never] ? true : never;
