/**
 * Manage Pinterest commerce integrations with the provider plugin `pulumi-resource-pinterest`. The classes and functions are those of
 * `pulumi-pinterest`: change one import to migrate a stack.
 *
 * @packageDocumentation
 */

import * as pulumi from "@pulumi/pulumi";
import {
  dynamicLogType,
  dynamicType,
  functionTokens,
  integrationType,
  logType,
  packageName,
} from "../../runtime/constants";
import { functions, type PackageFunction } from "../../runtime/functions";
import {
  CommerceIntegrationBase,
  type CommerceIntegrationLookup,
  lookupArguments,
} from "../commerce-integration";
import type { CommerceIntegrationArgs } from "../commerce-integration-args";
import { assertInstallation } from "../environment";
import { assertCallable, type InputsOf, secretOutputs } from "../function-calls";
import type * as dynamic from "../functions";
import { type IntegrationLogArgs, IntegrationLogBase } from "../integration-log";
import { dynamicPackage, ProviderBase } from "../provider";
import type { ProviderArgs } from "../provider-args";
import { isOfType, type ProviderType } from "../provider-type";

export type {
  GetCommerceIntegrationArgs,
  GetCommerceIntegrationOutputArgs,
  GetCommerceIntegrationResult,
  GetIntegrationArgs,
  GetIntegrationOutputArgs,
  GetIntegrationResult,
  GetIntegrationsArgs,
  GetIntegrationsOutputArgs,
  GetIntegrationsResult,
  IntegrationRecord,
} from "../functions";
export type { AccountAccessToken, AccountRefreshToken } from "../provider-args";
export type { CommerceIntegrationArgs, CommerceIntegrationLookup, IntegrationLogArgs, ProviderArgs };

const plugin = {
  isDynamic: false,
  providerName(resource: pulumi.Resource): string | undefined {
    const provider = resource.getProvider(integrationType);
    return provider instanceof Provider ? provider.providerName : undefined;
  },
};

const pluginIntegrations: ProviderType = { ...plugin, type: integrationType, otherType: dynamicType };
const pluginLogs: ProviderType = { ...plugin, type: logType, otherType: dynamicLogType };

/**
 * The connection of a merchant's shop with Pinterest, like `CommerceIntegration` of `pulumi-pinterest`.
 *
 * ```typescript
 * new pinterest.CommerceIntegration("shop", {
 *   externalBusinessId: "my-shop-1",
 *   connectedMerchantId: "1949483",
 * });
 * ```
 *
 * A create adopts an existing integration that equals the program. A delete, also by `pulumi destroy`, deletes the integration at
 * Pinterest: protect it with the option `protect` or `retainOnDelete`.
 */
export class CommerceIntegration extends CommerceIntegrationBase {
  /**
   * Reads an integration that this program does not manage, at every preview and update. It is never changed or deleted.
   *
   * @param externalBusinessId Your ID of the shop.
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
    return isOfType(value, integrationType);
  }

  /** @throws RunError if an argument is unknown, or the program declares the ID twice. */
  constructor(name: string, args: CommerceIntegrationArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(pluginIntegrations, name, args, opts);
  }
}

/** An entry in Pinterest's integration log, like `IntegrationLog` of `pulumi-pinterest`. */
export class IntegrationLog extends IntegrationLogBase {
  /** Whether an object is a log entry, including those of another copy of this package. */
  static override isInstance(value: unknown): value is IntegrationLog {
    return isOfType(value, logType);
  }

  /** @throws RunError if an argument is unknown, or the option `import` or `id` is set. */
  constructor(name: string, args: IntegrationLogArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(pluginLogs, name, args, opts);
  }
}

/** An explicit provider: another Pinterest account in the same stack, like `Provider` of `pulumi-pinterest`. */
export class Provider extends ProviderBase {
  /** @param name Name of the provider. Its resources record the name, so that a preview shows a move to another provider. */
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const options = pulumi.mergeOptions(opts, { aliases: [{ type: `pulumi:providers:${dynamicPackage}` }] });
    super(packageName, (key) => key, name, args, options);
  }
}

/** Lists all integrations of an account, sorted by external business ID, like `getIntegrations` of `pulumi-pinterest`. */
export const getIntegrations: typeof dynamic.getIntegrations = (args = {}, opts = {}) =>
  invoke(functions.getIntegrations, args, opts);

/** Like {@link getIntegrations}, but accepts outputs as arguments and the option `dependsOn`. */
export const getIntegrationsOutput: typeof dynamic.getIntegrationsOutput = (args = {}, opts = {}) =>
  invokeOutput(functions.getIntegrations, args, opts);

/** Reads an integration by its integration ID, like `getIntegration` of `pulumi-pinterest`. */
export const getIntegration: typeof dynamic.getIntegration = (args, opts = {}) =>
  invoke(functions.getIntegration, args, opts);

/** Like {@link getIntegration}, but accepts outputs as arguments and the option `dependsOn`. */
export const getIntegrationOutput: typeof dynamic.getIntegrationOutput = (args, opts = {}) =>
  invokeOutput(functions.getIntegration, args, opts);

/** Reads an integration by its external business ID, like `getCommerceIntegration` of `pulumi-pinterest`. */
export const getCommerceIntegration: typeof dynamic.getCommerceIntegration = (args, opts = {}) =>
  invoke(functions.getCommerceIntegration, args, opts);

/** Like {@link getCommerceIntegration}, but accepts outputs as arguments and the option `dependsOn`. */
export const getCommerceIntegrationOutput: typeof dynamic.getCommerceIntegrationOutput = (args, opts = {}) =>
  invokeOutput(functions.getCommerceIntegration, args, opts);

async function invoke<Args extends { readonly account?: string }, Result>(
  called: PackageFunction<Args, unknown>,
  args: Args,
  opts: pulumi.InvokeOptions,
): Promise<Result> {
  await assertCallable(called, args);
  try {
    // The SDK returns secrets of this form in plaintext.
    return secretOutputs(await pulumi.runtime.invoke(functionTokens[called.name], args, opts));
  } catch (error) {
    throw withStatus(error as Error);
  }
}

function invokeOutput<Args extends { readonly account?: string }, Result>(
  { name }: PackageFunction<Args, unknown>,
  args: InputsOf<Args>,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<pulumi.Unwrap<Result>> {
  assertInstallation();
  return pulumi.runtime.invokeOutput(functionTokens[name], args as pulumi.Inputs, opts);
}

/**
 * The error that the dynamic provider's functions throw: without the engine's prefix, and with `status`.
 *
 * This parses a message, because the engine and Pulumi's SDK pass on nothing else of a failed call (`err.details`, and the text of
 * `failures`, in the SDK's runtime/invoke.ts). The text is that of this package's plugin (`PinterestApiError` in provider/api/errors.ts).
 */
function withStatus({ message }: Error): Error {
  const status = /\bHTTP (\d{3})\b/.exec(message)?.[1];
  const withoutPrefix = message.replace(/^.*?(?=\bget\w+: )/s, "");
  return Object.assign(
    new pulumi.RunError(withoutPrefix),
    status === undefined ? {} : { status: Number(status) },
  );
}
