import * as pulumi from "@pulumi/pulumi";
import { lookupKey, secretFieldNames, uidKey } from "../lifecycle/bags";
import { problemWithName } from "../lifecycle/names";
import type { CommerceIntegrationArgs } from "./commerce-integration-args";
import { declareId, isPlain } from "./declared-ids";
import { assertInstallation } from "./environment-check";
import type { ResourceFrontEnd } from "./front-end";
import { outputProperties } from "./output-properties";
import { registeredId } from "./registered-id";
import { recordAccount, recordDeclaration, recordRegistration } from "./run-records";
import { shortenStackTraces } from "./short-stack";

/** Which account's integration to look up. */
export interface CommerceIntegrationLookup {
  /** A name in `pinterest:accounts`; the default account when left out. */
  account?: pulumi.Input<string>;
}

/** A commerce integration, whichever front end it is of. */
export abstract class CommerceIntegrationBase extends pulumi.CustomResource {
  /** The id by which the integration is known at Pinterest, the same as `id`. */
  declare readonly externalBusinessId: pulumi.Output<string>;
  /** The id of the connected merchant. */
  declare readonly connectedMerchantId: pulumi.Output<string | undefined>;
  /** The id of the connected advertiser. */
  declare readonly connectedAdvertiserId: pulumi.Output<string | undefined>;
  /** The id of the connected tag. */
  declare readonly connectedTagId: pulumi.Output<string | undefined>;
  /** The id of the connected linked business account. */
  declare readonly connectedLbaId: pulumi.Output<string | undefined>;
  /** The partner's access token as the program gave it, a secret. */
  declare readonly partnerAccessToken: pulumi.Output<string | undefined>;
  /** The partner's refresh token as the program gave it, a secret. */
  declare readonly partnerRefreshToken: pulumi.Output<string | undefined>;
  /** The partner's e-mail address as the program gave it, a secret. */
  declare readonly partnerPrimaryEmail: pulumi.Output<string | undefined>;
  /** When the partner's access token expires, in milliseconds since 1970. */
  declare readonly partnerAccessTokenExpiry: pulumi.Output<number | undefined>;
  /** When the partner's refresh token expires, in milliseconds since 1970. */
  declare readonly partnerRefreshTokenExpiry: pulumi.Output<number | undefined>;
  /** The scopes of the partner's tokens, sorted and joined by commas. */
  declare readonly scopes: pulumi.Output<string | undefined>;
  /** The partner's further id. */
  declare readonly additionalId1: pulumi.Output<string | undefined>;
  /** The partner's further data, as text; JSON in compact form with sorted keys. */
  declare readonly partnerMetadata: pulumi.Output<string | undefined>;
  /** The account of `pinterest:accounts` that owns the integration; absent for the default account. */
  declare readonly account: pulumi.Output<string | undefined>;
  /** Pinterest's own number of the integration, as text since it can exceed 2^53. */
  declare readonly integrationId: pulumi.Output<string>;
  /** The id of the Pinterest user that owns the integration. */
  declare readonly connectedUserId: pulumi.Output<string>;
  /** When the integration was created, in milliseconds since 1970, as Pinterest says. */
  declare readonly createdTimestamp: pulumi.Output<number>;
  /** When the integration was last changed, in milliseconds since 1970, as Pinterest said when last asked. */
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
