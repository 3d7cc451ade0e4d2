import * as pulumi from "@pulumi/pulumi";
import type { LogError, LogRequest } from "../api/logs/fields";
import { logArgumentNames, problemWithLogName } from "../runtime/log-names";
import { assertInstallation, engineChecked } from "./environment-check";
import type { ResourceFrontEnd } from "./front-end";
import type { IntegrationLogArgs } from "./integration-log-args";
import { valueIfKnown } from "./known";
import { recordAccount } from "./run-records";
import { shortenStackTraces } from "./short-stack";
import { warnOfToken } from "./token-warning";

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
    frontEnd: ResourceFrontEnd,
    name: string,
    args: IntegrationLogArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    assertInstallation();
    const problems = problemsOf(args, opts);
    if (problems.length > 0) {
      throw new pulumi.RunError(`pinterest.IntegrationLog '${name}': ${problems.join("\n")}`);
    }
    let registering: (self: IntegrationLogBase) => void = () => {};
    const self = new Promise<IntegrationLogBase>((resolve) => {
      registering = resolve;
    });
    const outputs = Object.fromEntries(logArgumentNames.map((argument) => [argument, undefined]));
    const restoreStackTraces = shortenStackTraces();
    try {
      const properties = { ...outputs, ...args, ...checked(args, self, frontEnd), ...frontEnd.properties };
      super(frontEnd.type, name, properties, pulumi.mergeOptions(opts, frontEnd.options));
    } finally {
      restoreStackTraces();
    }
    if (frontEnd.providerName(this) === undefined) {
      recordAccount(args.account);
    }
    registering(this);
  }
}

function problemsOf(args: IntegrationLogArgs, opts: pulumi.CustomResourceOptions): string[] {
  if (typeof args !== "object" || args === null) {
    return ["the arguments are missing; give at least `eventType` and `logLevel`"];
  }
  const refused = (["import", "id"] as const)
    .filter((option) => opts[option] !== undefined)
    .map(
      (option) =>
        `the \`${option}\` option does not work: Pinterest's log cannot be read; leave the option out`,
    );
  return [...Object.keys(args).flatMap((argument) => problemWithLogName(argument) ?? []), ...refused];
}

/** An argument that has the resource wait until the engine is known to be new enough, and the account to have a token. */
function checked(
  { eventType, account }: IntegrationLogArgs,
  self: Promise<IntegrationLogBase>,
  frontEnd: ResourceFrontEnd,
): { eventType: pulumi.Output<unknown> } {
  // Its provider is known only once the options have been merged with the parent's.
  const explicit = self.then((log) => frontEnd.providerName(log) !== undefined);
  const knownAccount = valueIfKnown(pulumi.output(account));
  return {
    eventType: pulumi
      .all([eventType, knownAccount, explicit, engineChecked()])
      .apply(([event, known, own]) => {
        if (frontEnd.tellsProvider && !own && known !== undefined) {
          warnOfToken(known.value);
        }
        return event;
      }),
  };
}
