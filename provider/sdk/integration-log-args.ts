import type { Input } from "@pulumi/pulumi";
import type { LogEntry } from "../api";
import type { LogError, LogRequest } from "../api/logs/fields";

type Inputs<T> = { [Name in keyof T]: Input<T[Name]> };

/** Arguments of a log entry. Strings and headers that look like a token are refused. */
export interface IntegrationLogArgs {
  /** Where it happened: in your app (`APP`), or in a request to an API (`API`). */
  eventType: Input<"APP" | "API">;
  /** Severity of the entry. */
  logLevel: Input<"INFO" | "WARN" | "ERROR">;
  /** What happened, in at most 8192 characters. */
  message?: Input<string | undefined>;
  /**
   * When it happened, in whole milliseconds since 1970.
   *
   * @default the time at which the entry is sent
   */
  clientTimestamp?: Input<number | undefined>;
  /** Your ID of the shop, at most 2048 characters. */
  externalBusinessId?: Input<string | undefined>;
  /** ID of the advertiser, as a string of at most 128 characters. */
  advertiserId?: Input<string | undefined>;
  /** ID of the merchant, as a string of at most 128 characters. */
  merchantId?: Input<string | undefined>;
  /** ID of the tag, as a string of at most 128 characters. */
  tagId?: Input<string | undefined>;
  /** ID of the feed profile, as a string of at most 128 characters. */
  feedProfileId?: Input<string | undefined>;
  /** Version of your app, at most 20 characters. */
  appVersionNumber?: Input<string | undefined>;
  /** Version of the platform that your app runs on, at most 20 characters. */
  platformVersionNumber?: Input<string | undefined>;
  /** Error that the entry reports: name, message, cause, stack trace and others. */
  error?: Input<Inputs<LogError> | undefined>;
  /** HTTP request that the entry is about: method, host, path, headers without secrets, status. */
  request?: Input<Inputs<LogRequest> | undefined>;
  /**
   * Account whose token sends the entry: a name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account
   */
  account?: Input<string | undefined>;
  /** Any value. If it changes, the entry is sent again. It is not sent to Pinterest. */
  triggers?: Input<unknown>;
}

// Fails to compile when an argument here has no field in the table of the log, or a field there no argument here.
type Missing = Exclude<keyof LogEntry, keyof IntegrationLogArgs>;
type Surplus = Exclude<keyof IntegrationLogArgs, keyof LogEntry | "account" | "triggers">;
true satisfies [Missing, Surplus] extends [never, never] ? true : never;
