import type { Input } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import type { LogEntry } from "../api";
import type { LogError, LogRequest } from "../api/logs/fields";
import { logArgumentNames, problemWithLogName } from "../runtime/integration-logs";
import { assertInstallation, engineChecked, warnOfToken } from "./environment";
import { dynamicLogs, isOfType, type ProviderType } from "./provider-type";
import { valueIfKnown } from "./run";
import { recordAccount } from "./run-records";
import { shortenStackTraces } from "./short-stack";

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

// Fails to compile if an argument has no field in the log's table, or a field has no argument.
type Missing = Exclude<keyof LogEntry, keyof IntegrationLogArgs>;
type Surplus = Exclude<keyof IntegrationLogArgs, keyof LogEntry | "account" | "triggers">;
true satisfies [Missing, Surplus] extends [never, never] ? true : never;

/** Common base of the log entries of the dynamic provider and of the plugin. */
export abstract class IntegrationLogBase extends pulumi.CustomResource {
  /** Where it happened: in your app (`APP`), or in a request to an API (`API`). */
  declare readonly eventType: pulumi.Output<"APP" | "API">;
  /** Severity of the entry. */
  declare readonly logLevel: pulumi.Output<"INFO" | "WARN" | "ERROR">;
  /** What happened. */
  declare readonly message: pulumi.Output<string | undefined>;
  /** When it happened, in milliseconds since 1970: the argument, or the time at which the entry was last sent. */
  declare readonly clientTimestamp: pulumi.Output<number>;
  /** Your ID of the shop. */
  declare readonly externalBusinessId: pulumi.Output<string | undefined>;
  /** ID of the advertiser. */
  declare readonly advertiserId: pulumi.Output<string | undefined>;
  /** ID of the merchant. */
  declare readonly merchantId: pulumi.Output<string | undefined>;
  /** ID of the tag. */
  declare readonly tagId: pulumi.Output<string | undefined>;
  /** ID of the feed profile. */
  declare readonly feedProfileId: pulumi.Output<string | undefined>;
  /** Version of your app. */
  declare readonly appVersionNumber: pulumi.Output<string | undefined>;
  /** Version of the platform that your app runs on. */
  declare readonly platformVersionNumber: pulumi.Output<string | undefined>;
  /** Error that the entry reports. */
  declare readonly error: pulumi.Output<LogError | undefined>;
  /** HTTP request that the entry is about. */
  declare readonly request: pulumi.Output<LogRequest | undefined>;
  /** Account whose token sent the entry. Absent for the default account. */
  declare readonly account: pulumi.Output<string | undefined>;
  /** Value whose change sends the entry again. */
  declare readonly triggers: pulumi.Output<unknown>;

  /** @internal */
  protected constructor(
    providerType: ProviderType,
    name: string,
    args: IntegrationLogArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    assertInstallation();
    const problems = problemsOf(args, opts);
    if (problems.length > 0) {
      throw new pulumi.RunError(`pinterest.IntegrationLog '${name}': ${problems.join("\n")}`);
    }
    const self = Promise.withResolvers<IntegrationLogBase>();
    const outputs = Object.fromEntries(logArgumentNames.map((argument) => [argument, undefined]));
    const options = pulumi.mergeOptions(opts, { aliases: [{ type: providerType.otherType }] });
    const restoreStackTraces = shortenStackTraces();
    try {
      const eventType = checkedEventType(args, self.promise, providerType);
      super(providerType.type, name, { ...outputs, ...args, eventType, ...providerType.properties }, options);
    } finally {
      restoreStackTraces();
    }
    if (providerType.providerName(this) === undefined) recordAccount(args.account);
    self.resolve(this);
  }
}

/**
 * An entry in Pinterest's integration log, for example about a deployment. It is sent when the resource is created, and again if its content,
 * `account` or `triggers` change.
 *
 * ```typescript
 * new pinterest.IntegrationLog("deployed", {
 *   eventType: "APP",
 *   logLevel: "INFO",
 *   message: "catalog feed deployed",
 *   externalBusinessId: shop.externalBusinessId,
 *   triggers: [version],
 * });
 * ```
 *
 * Pinterest's log is append-only: if you delete the resource, Pinterest keeps the entry, and a refresh reads nothing. If the answer to an
 * entry is lost, the update fails and the next one sends it again, so that Pinterest can have it twice.
 *
 * Limits are those of Pinterest's API description (5.23.0, `IntegrationLog`). Strings and headers that look like a token are refused.
 */
export class IntegrationLog extends IntegrationLogBase {
  /** Whether an object is a log entry, including those of another copy of this package. */
  static override isInstance(value: unknown): value is IntegrationLog {
    return isOfType(value, dynamicLogs.type);
  }

  /**
   * @param name Name of the resource in the program.
   * @param args Content of the entry.
   * @param opts Pulumi's resource options. `import` and `id` are refused, because Pinterest's log cannot be read.
   * @throws RunError if an argument is unknown or an option is refused.
   */
  constructor(name: string, args: IntegrationLogArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(dynamicLogs, name, args, opts);
  }
}

function problemsOf(args: IntegrationLogArgs, opts: pulumi.CustomResourceOptions): string[] {
  if (typeof args !== "object" || args === null) {
    return ["the arguments are missing; give at least `eventType` and `logLevel`"];
  }
  const refused = (["import", "id"] as const)
    .filter((option) => opts[option] !== undefined)
    .map(
      (option) => `the \`${option}\` option does not work: Pinterest's log cannot be read; omit the option`,
    );
  return [...Object.keys(args).flatMap((argument) => problemWithLogName(argument) ?? []), ...refused];
}

/** The event type. It resolves after the check of the engine and, with the dynamic provider, a warning about a missing token. */
function checkedEventType(
  { eventType, account }: IntegrationLogArgs,
  self: Promise<IntegrationLogBase>,
  { isDynamic, providerName }: ProviderType,
): pulumi.Output<unknown> {
  // The provider is known only after the options were merged with the parent's and transformed.
  const isExplicit = self.then((log) => providerName(log) !== undefined);
  const knownAccount = valueIfKnown(pulumi.output(account));
  return pulumi
    .all([eventType, knownAccount, isExplicit, engineChecked()])
    .apply(([event, known, explicit]) => {
      if (isDynamic && !explicit && known !== undefined) warnOfToken(known.value);
      return event;
    });
}
