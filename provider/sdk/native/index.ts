/**
 * Manage Pinterest commerce integrations with the provider plugin `pulumi-resource-pinterest`. The classes and functions are those of
 * `pulumi-pinterest`: change one import to migrate a stack.
 *
 * @packageDocumentation
 */

import * as pulumi from "@pulumi/pulumi";
import { functions, type PackageFunction } from "../../lifecycle/functions";
import { functionTokens, packageName, returnErrorKey } from "../../run/constants";
import { CommerceIntegration as DynamicIntegration } from "../commerce-integration";
import type * as dynamic from "../functions";
import { assertCallable, type InputsOf, secretOutputs } from "../functions";
import { IntegrationLog as DynamicLog } from "../integration-log";
import { assertInstallation } from "../program-checks";
import { dynamicPackage, type ProviderArgs, ProviderBase } from "../provider";
import { isOfType, pluginIntegrations, pluginLogs } from "../provider-type";

export type { CommerceIntegrationArgs, CommerceIntegrationLookup } from "../commerce-integration";
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
export type { IntegrationLogArgs } from "../integration-log";
export type { AccountAccessToken, AccountRefreshToken, ProviderArgs } from "../provider";

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
export class CommerceIntegration extends DynamicIntegration {
  /** @internal */
  protected static override readonly providerType = pluginIntegrations;

  /** Whether an object is a commerce integration, including those of another copy of this package. */
  static override isInstance(value: unknown): value is CommerceIntegration {
    return isOfType(value, pluginIntegrations);
  }
}

/** An entry in Pinterest's integration log, like `IntegrationLog` of `pulumi-pinterest`. */
export class IntegrationLog extends DynamicLog {
  /** @internal */
  protected static override readonly providerType = pluginLogs;

  /** Whether an object is a log entry, including those of another copy of this package. */
  static override isInstance(value: unknown): value is IntegrationLog {
    return isOfType(value, pluginLogs);
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
  called: PackageFunction<Args>,
  args: Args,
  opts: pulumi.InvokeOptions,
): Promise<Result> {
  await assertCallable(called, args);
  const { error, ...result } =
    (await pulumi.runtime
      .invoke(functionTokens[called.name], { ...args, [returnErrorKey]: true }, opts)
      .catch(({ message }: Error) => Promise.reject(new pulumi.RunError(message)))) ?? {};
  // `status` is also a property of the errors of the dynamic provider's functions.
  if (error !== undefined) throw Object.assign(new pulumi.RunError(error.message), error);
  // The SDK returns secrets of this form in plaintext.
  return secretOutputs(result);
}

function invokeOutput<Args extends { readonly account?: string }, Result>(
  { name }: PackageFunction<Args>,
  args: InputsOf<Args>,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<pulumi.Unwrap<Result>> {
  assertInstallation();
  return pulumi.runtime.invokeOutput(functionTokens[name], args as pulumi.Inputs, opts);
}
