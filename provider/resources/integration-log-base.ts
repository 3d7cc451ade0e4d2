import * as pulumi from "@pulumi/pulumi";
import type { LogError, LogRequest } from "../pinterest/logs";
import { logArgumentNames, problemWithLogName } from "../process/log-names";
import { assertInstallation, engineChecked } from "./environment-check";
import type { ResourceFrontEnd } from "./front-end";
import type { IntegrationLogArgs } from "./integration-log-args";
import { valueIfKnown } from "./known";
import { recordAccount } from "./run-records";
import { shortenStackTraces } from "./short-stack";
import { warnOfToken } from "./token-warning";

/** A log entry, whichever front end it is of. */
export abstract class IntegrationLogBase extends pulumi.CustomResource {
  /** Whether it happened in the app or in a call of an API. */
  declare readonly eventType: pulumi.Output<"APP" | "API">;
  /** How grave it is. */
  declare readonly logLevel: pulumi.Output<"INFO" | "WARN" | "ERROR">;
  /** What happened. */
  declare readonly message: pulumi.Output<string | undefined>;
  /** When it happened, in milliseconds since 1970: the argument, or when it was recorded last. */
  declare readonly clientTimestamp: pulumi.Output<number>;
  /** The id of the integration in the shop. */
  declare readonly externalBusinessId: pulumi.Output<string | undefined>;
  /** The advertiser's id. */
  declare readonly advertiserId: pulumi.Output<string | undefined>;
  /** The merchant's id. */
  declare readonly merchantId: pulumi.Output<string | undefined>;
  /** The tag's id. */
  declare readonly tagId: pulumi.Output<string | undefined>;
  /** The feed profile's id. */
  declare readonly feedProfileId: pulumi.Output<string | undefined>;
  /** The version of the app that integrates. */
  declare readonly appVersionNumber: pulumi.Output<string | undefined>;
  /** The version of the platform that it runs on. */
  declare readonly platformVersionNumber: pulumi.Output<string | undefined>;
  /** The error that happened. */
  declare readonly error: pulumi.Output<LogError | undefined>;
  /** The request that it happened in. */
  declare readonly request: pulumi.Output<LogRequest | undefined>;
  /** The account of `pinterest:accounts` whose token recorded it; absent for the default account. */
  declare readonly account: pulumi.Output<string | undefined>;
  /** What has the entry recorded again when it changes. */
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
