import * as pulumi from "@pulumi/pulumi";
import { secretFieldNames } from "../api/fields";
import { problemWithName } from "../lifecycle/check";
import { lookupKey, uidKey } from "../lifecycle/outputs";
import { observeDeclaration } from "../runtime/observer";
import type { CommerceIntegrationArgs } from "./commerce-integration-args";
import { declareId, isPlain } from "./declared-ids";
import { assertInstallation } from "./environment-check";
import type { ResourceFrontEnd } from "./front-end";
import { outputProperties } from "./output-properties";
import { registeredId } from "./registered-id";
import { recordAccount, recordDeclaration, recordRegistration } from "./run-records";
import { shortenStackTraces } from "./short-stack";

/** Account of an integration to read. */
export interface CommerceIntegrationLookup {
  /**
   * A name in `pinterest:accounts`, or one that `pinterest:accountCommand` knows.
   *
   * @default the default account
   */
  account?: pulumi.Input<string>;
}

/** Common base of the commerce integrations of the dynamic provider and of the plugin. */
export abstract class CommerceIntegrationBase extends pulumi.CustomResource {
  /** Your ID of the shop, the same as `id`. */
  declare readonly externalBusinessId: pulumi.Output<string>;
  /** ID of the connected merchant. */
  declare readonly connectedMerchantId: pulumi.Output<string | undefined>;
  /** ID of the connected advertiser. */
  declare readonly connectedAdvertiserId: pulumi.Output<string | undefined>;
  /** ID of the connected tag. */
  declare readonly connectedTagId: pulumi.Output<string | undefined>;
  /** ID of the linked business account. */
  declare readonly connectedLbaId: pulumi.Output<string | undefined>;
  /** Access token of your partner platform, a secret. */
  declare readonly partnerAccessToken: pulumi.Output<string | undefined>;
  /** Refresh token of your partner platform, a secret. */
  declare readonly partnerRefreshToken: pulumi.Output<string | undefined>;
  /** E-mail address of the merchant at your partner platform, a secret. */
  declare readonly partnerPrimaryEmail: pulumi.Output<string | undefined>;
  /** When the partner's access token expires, in milliseconds since 1970. */
  declare readonly partnerAccessTokenExpiry: pulumi.Output<number | undefined>;
  /** When the partner's refresh token expires, in milliseconds since 1970. */
  declare readonly partnerRefreshTokenExpiry: pulumi.Output<number | undefined>;
  /** Scopes of the partner tokens, sorted and joined by commas. */
  declare readonly scopes: pulumi.Output<string | undefined>;
  /** Your additional ID. */
  declare readonly additionalId1: pulumi.Output<string | undefined>;
  /** Your additional data as a string. JSON is compact and has sorted keys. */
  declare readonly partnerMetadata: pulumi.Output<string | undefined>;
  /** Account that owns the integration. Absent for the default account. */
  declare readonly account: pulumi.Output<string | undefined>;
  /** Integration ID that Pinterest assigned: digits in a string, because they can exceed 2^53. */
  declare readonly integrationId: pulumi.Output<string>;
  /** ID of the Pinterest user that owns the integration. */
  declare readonly connectedUserId: pulumi.Output<string>;
  /** When Pinterest created the integration, in milliseconds since 1970. */
  declare readonly createdTimestamp: pulumi.Output<number>;
  /** When the integration was last changed, in milliseconds since 1970, as of the last read. */
  declare readonly updatedTimestamp: pulumi.Output<number>;

  /** @internal */
  protected constructor(
    frontEnd: ResourceFrontEnd,
    name: string,
    args: CommerceIntegrationArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    assertInstallation();
    const problems = problemsOf(args, opts, frontEnd);
    if (problems.length > 0) {
      throw new pulumi.RunError(`pinterest.CommerceIntegration '${name}': ${problems.join("\n")}`);
    }
    let registering: (self: CommerceIntegrationBase) => void = () => {};
    const self = new Promise<CommerceIntegrationBase>((resolve) => {
      registering = resolve;
    });
    const isLookup = opts.id !== undefined;
    const given = isLookup ? lookupProperties(args) : managedProperties(name, args, self, frontEnd);
    const options = pulumi.mergeOptions(pulumi.mergeOptions(opts, frontEnd.options), {
      // Also for replacements that the engine forces (taint, --target-replace), which do not ask the provider:
      // Pinterest has one integration an id, so the old one has to go first.
      deleteBeforeReplace: true,
      additionalSecretOutputs: secretFieldNames.filter((key) => args[key] !== undefined),
    });
    const restoreStackTraces = shortenStackTraces();
    try {
      super(frontEnd.type, name, { ...outputProperties, ...given, ...frontEnd.properties }, options);
    } finally {
      restoreStackTraces();
    }
    // Not enumerable, so that a program that exports the resource does not export the UID.
    Object.defineProperty(this, uidKey, { enumerable: false });
    const providerName = frontEnd.providerName(this);
    if (!isLookup) {
      observeDeclaration(name);
      const isIdIgnored = opts.ignoreChanges?.includes("externalBusinessId") === true;
      if (isPlain(args)) {
        declareId({ ...args, provider: providerName }, name);
        if (!isIdIgnored) recordDeclaration(args, providerName);
      }
      recordRegistration(this, isIdIgnored ? {} : args, providerName);
    }
    if (providerName === undefined) recordAccount(args.account);
    registering(this);
  }
}

function problemsOf(
  args: CommerceIntegrationArgs,
  opts: pulumi.CustomResourceOptions,
  { importProblem }: ResourceFrontEnd,
): string[] {
  if (typeof args !== "object" || args === null) {
    return ["the arguments are missing; give at least `externalBusinessId`"];
  }
  const problems = Object.keys(args).flatMap((argument) => problemWithName(argument) ?? []);
  if (opts.import !== undefined && importProblem !== undefined) {
    problems.push(importProblem);
  }
  return problems;
}

function lookupProperties({ externalBusinessId, account }: CommerceIntegrationArgs): pulumi.Inputs {
  return { externalBusinessId, ...(account === undefined ? {} : { account }), [lookupKey]: true };
}

function managedProperties(
  name: string,
  args: CommerceIntegrationArgs,
  self: Promise<CommerceIntegrationBase>,
  frontEnd: ResourceFrontEnd,
): pulumi.Inputs {
  // The provider is known only once the options have been merged with the parent's and run through transformations.
  const providerName = self.then((resource) => frontEnd.providerName(resource));
  const externalBusinessId = registeredId(args, { name, providerName, frontEnd });
  const secrets = secretFieldNames.flatMap((key) =>
    args[key] === undefined ? [] : [[key, pulumi.secret(args[key])]],
  );
  const told = frontEnd.tellsProvider ? { providerName } : {};
  return { ...args, ...Object.fromEntries(secrets), externalBusinessId, ...told };
}
