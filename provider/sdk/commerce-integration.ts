import * as pulumi from "@pulumi/pulumi";
import { fieldNames, secretFieldNames } from "../api/fields";
import { problemWithName } from "../lifecycle/check";
import { computedNames, lookupKey, uidKey } from "../lifecycle/outputs";
import { observeDeclaration } from "../runtime/observations";
import type { CommerceIntegrationArgs, FieldOutputs } from "./commerce-integration-args";
import { assertInstallation } from "./environment";
import { declareId, isPlain, registeredId } from "./external-business-id";
import { dynamicIntegrations, isOfType, type ProviderType } from "./provider-type";
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

/** All outputs of an integration. They are registered without values, so that each property becomes an output. */
const outputProperties: Readonly<Record<string, undefined>> = Object.fromEntries(
  [...fieldNames, "account", ...computedNames, uidKey].map((name) => [name, undefined]),
);

export interface CommerceIntegrationBase extends FieldOutputs {}

/** Common base of the commerce integrations of the dynamic provider and of the plugin. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the SDK sets these properties, because they are registered.
export abstract class CommerceIntegrationBase extends pulumi.CustomResource {
  /** Your ID of the shop, the same as `id`. */
  declare readonly externalBusinessId: pulumi.Output<string>;
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
    providerType: ProviderType,
    name: string,
    args: CommerceIntegrationArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    assertInstallation();
    const problems = problemsOf(args, opts, providerType);
    if (problems.length > 0) {
      throw new pulumi.RunError(`pinterest.CommerceIntegration '${name}': ${problems.join("\n")}`);
    }
    const self = Promise.withResolvers<CommerceIntegrationBase>();
    const isLookup = opts.id !== undefined;
    const given = isLookup
      ? lookupProperties(args)
      : managedProperties(name, args, self.promise, providerType);
    const aliases = { aliases: [{ type: providerType.otherType }] };
    const options = pulumi.mergeOptions(pulumi.mergeOptions(opts, aliases), {
      // Pinterest has one integration for each ID. The option also covers replacements that the engine forces without calling the
      // provider's `diff` (taint, --target-replace).
      deleteBeforeReplace: true,
      additionalSecretOutputs: secretFieldNames.filter((key) => args[key] !== undefined),
    });
    const restoreStackTraces = shortenStackTraces();
    try {
      super(providerType.type, name, { ...outputProperties, ...given, ...providerType.properties }, options);
    } finally {
      restoreStackTraces();
    }
    // Not enumerable, so that a program that exports the resource does not export the UID.
    Object.defineProperty(this, uidKey, { enumerable: false });
    const providerName = providerType.providerName(this);
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
    self.resolve(this);
  }
}

/**
 * The connection of a merchant's shop with Pinterest: its advertiser, tag, merchant catalog and partner tokens.
 *
 * ```typescript
 * new pinterest.CommerceIntegration("shop", {
 *   externalBusinessId: "my-shop-1",
 *   connectedMerchantId: "1949483",
 *   connectedAdvertiserId: "549755885175",
 *   connectedTagId: "2613187432",
 * });
 * ```
 *
 * A field that you omit is not managed: its output shows Pinterest's value, and its changes are not drift. An empty string and the number 0
 * are refused, because Pinterest shows an unset field as one of them.
 *
 * A create first reads the integration. If it exists and equals the program, it is adopted. If it differs, the create fails, unless `adopt`
 * is true. A delete, also by `pulumi destroy`, deletes the integration at Pinterest: protect it with the option `protect` or
 * `retainOnDelete`.
 */
export class CommerceIntegration extends CommerceIntegrationBase {
  /**
   * Reads an integration that this program does not manage, at every preview and update. It is never changed or deleted. Partner tokens
   * and e-mail are absent, because Pinterest omits them here.
   *
   * @param name Name of the resource in the program.
   * @param externalBusinessId Your ID of the shop.
   * @param lookup Account of the integration. Default: the default account.
   * @throws during preview and update, if the integration does not exist.
   */
  static get(
    name: string,
    externalBusinessId: pulumi.Input<string>,
    lookup: CommerceIntegrationLookup = {},
    opts?: pulumi.CustomResourceOptions,
  ): CommerceIntegration {
    return new CommerceIntegration(name, ...lookupArguments(externalBusinessId, lookup, opts));
  }

  /** Whether an object is a commerce integration, including those of another copy of this package. */
  static override isInstance(value: unknown): value is CommerceIntegration {
    return isOfType(value, dynamicIntegrations.type);
  }

  /**
   * @param name Name of the resource in the program.
   * @param args Fields of the integration.
   * @param opts Pulumi's resource options. `import` is refused, because Pulumi cannot import a dynamic resource by its ID.
   * @throws RunError if an argument is unknown, `import` is set, or the program declares the ID twice.
   */
  constructor(name: string, args: CommerceIntegrationArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(dynamicIntegrations, name, args, opts);
  }
}

/** The constructor's arguments for a lookup. */
export function lookupArguments(
  externalBusinessId: pulumi.Input<string>,
  lookup: CommerceIntegrationLookup,
  opts: pulumi.CustomResourceOptions | undefined,
): [CommerceIntegrationArgs, pulumi.CustomResourceOptions] {
  return [
    { externalBusinessId, ...lookup },
    { ...opts, id: externalBusinessId },
  ];
}

function problemsOf(
  args: CommerceIntegrationArgs,
  opts: pulumi.CustomResourceOptions,
  { importProblem }: ProviderType,
): string[] {
  if (typeof args !== "object" || args === null) {
    return ["the arguments are missing; give at least `externalBusinessId`"];
  }
  const problems = Object.keys(args).flatMap((argument) => problemWithName(argument) ?? []);
  if (opts.import !== undefined && importProblem !== undefined) problems.push(importProblem);
  return problems;
}

function lookupProperties({ externalBusinessId, account }: CommerceIntegrationArgs): pulumi.Inputs {
  return { externalBusinessId, ...(account === undefined ? {} : { account }), [lookupKey]: true };
}

function managedProperties(
  name: string,
  args: CommerceIntegrationArgs,
  self: Promise<CommerceIntegrationBase>,
  { isDynamic, providerName: nameOf }: ProviderType,
): pulumi.Inputs {
  // The provider is known only after the options were merged with the parent's and transformed.
  const providerName = self.then(nameOf);
  const externalBusinessId = registeredId(args, { name, providerName, isDynamic });
  const secrets = secretFieldNames.flatMap((key) =>
    args[key] === undefined ? [] : [[key, pulumi.secret(args[key])]],
  );
  return {
    ...args,
    ...Object.fromEntries(secrets),
    externalBusinessId,
    ...(isDynamic ? { providerName } : {}),
  };
}
