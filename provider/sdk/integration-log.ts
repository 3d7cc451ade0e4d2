import * as pulumi from "@pulumi/pulumi";
import type { LogEntry, LogError, LogRequest } from "../api";
import { logArgumentNames, problemWithLogName } from "../lifecycle/integration-logs";
import { assertInstallation, engineChecked } from "./program-checks";
import {
  dynamicLogs,
  explicitProviderName,
  isOfType,
  type ProviderType,
  shortenStackTraces,
} from "./provider-type";
import { recordAccount } from "./run-records";

type Inputs<T> = { -readonly [Name in keyof T]: pulumi.Input<T[Name]> };

/** The fields of the log, without those whose types have a name: these are declared below. */
type Fields = Omit<LogEntry, "error" | "request">;

/** Fields that every program gives, and those that every entry has. */
type Given = Pick<LogEntry, "eventType" | "logLevel">;
type Always = Given & Pick<LogEntry, "clientTimestamp">;

/** Arguments for the fields, with their comments. */
type FieldArguments = Inputs<Given> & {
  -readonly [Name in keyof Omit<Fields, keyof Given>]?: pulumi.Input<NonNullable<Fields[Name]> | undefined>;
};

/** Outputs for the fields, with their comments. */
type FieldOutputs = { readonly [Name in keyof Always]: pulumi.Output<Always[Name]> } & {
  readonly [Name in keyof Omit<Fields, keyof Always>]-?: pulumi.Output<NonNullable<Fields[Name]> | undefined>;
};

interface OtherArguments {
  /** Error that the entry reports: name, message, cause, stack trace and others. */
  error?: pulumi.Input<Inputs<LogError> | undefined>;
  /** HTTP request that the entry is about: method, host, path, headers without secrets, status. */
  request?: pulumi.Input<Inputs<LogRequest> | undefined>;
  /**
   * Account whose token sends the entry: a name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account
   */
  account?: pulumi.Input<string | undefined>;
  /** Any value. If it changes, the entry is sent again. It is not sent to Pinterest. */
  triggers?: pulumi.Input<unknown>;
}

/** Arguments of a log entry. Strings and headers that look like a token are refused. */
export interface IntegrationLogArgs extends FieldArguments, OtherArguments {}

export interface IntegrationLog extends FieldOutputs {}

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
 * Pinterest's log is append-only: if you delete the resource, Pinterest keeps the entry, and a refresh reads nothing. If the response to an
 * entry is lost, the update fails and the next one sends it again, so that Pinterest can have it twice.
 *
 * Limits are those of Pinterest's API description (5.23.0, `IntegrationLog`). Strings and headers that look like a token are refused.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the SDK sets these properties, because they are registered.
export class IntegrationLog extends pulumi.CustomResource {
  /** @internal The plugin's class overrides it. */
  protected static readonly providerType: ProviderType = dynamicLogs;

  /** Error that the entry reports. */
  declare readonly error: pulumi.Output<LogError | undefined>;
  /** HTTP request that the entry is about. */
  declare readonly request: pulumi.Output<LogRequest | undefined>;
  /** Account whose token sent the entry. Absent for the default account. */
  declare readonly account: pulumi.Output<string | undefined>;
  /** Value whose change sends the entry again. */
  declare readonly triggers: pulumi.Output<unknown>;

  /** Whether an object is a log entry, including those of another copy of this package. */
  static override isInstance(value: unknown): value is IntegrationLog {
    return isOfType(value, dynamicLogs);
  }

  /**
   * @param name Name of the resource in the program.
   * @param args Content of the entry.
   * @param opts Pulumi's resource options. `import` and `id` are refused, because Pinterest's log cannot be read.
   * @throws RunError if an argument is unknown or an option is refused.
   */
  constructor(name: string, args: IntegrationLogArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { providerType } = new.target;
    assertInstallation();
    const problems = problemsOf(args, opts);
    if (problems.length > 0) {
      throw new pulumi.RunError(`pinterest.IntegrationLog '${name}': ${problems.join("\n")}`);
    }
    const outputs = Object.fromEntries(logArgumentNames.map((argument) => [argument, undefined]));
    const options = pulumi.mergeOptions(opts, { aliases: [{ type: providerType.otherType }] });
    const restoreStackTraces = shortenStackTraces(new.target !== IntegrationLog);
    try {
      const eventType = pulumi.all([args.eventType, engineChecked()]).apply(([given]) => given);
      super(providerType.type, name, { ...outputs, ...args, eventType, ...providerType.properties }, options);
    } finally {
      restoreStackTraces();
    }
    if (explicitProviderName(this, providerType) === undefined) recordAccount(args.account);
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
