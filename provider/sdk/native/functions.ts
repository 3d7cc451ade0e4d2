import * as pulumi from "@pulumi/pulumi";
import { functionTokens } from "../../plugin/tokens";
import { type FunctionName, type Lookup, lookups } from "../../runtime/lookups";
import type { GetCommerceIntegrationArgs } from "../../runtime/lookups/get-commerce-integration";
import type { GetIntegrationArgs } from "../../runtime/lookups/get-integration";
import type { GetIntegrationsArgs } from "../../runtime/lookups/get-integrations";
import { withSecretsOf } from "../../runtime/lookups/record";
import { assertInstallation, engineChecked } from "../environment-check";
import type {
  GetCommerceIntegrationOutputArgs,
  GetCommerceIntegrationResult,
  GetIntegrationOutputArgs,
  GetIntegrationResult,
  GetIntegrationsOutputArgs,
  GetIntegrationsResult,
} from "../functions";
import { checkArguments } from "../functions/check-arguments";

/**
 * Lists all integrations of an account, sorted by external business ID. Runs in every preview and update. State does not contain the result.
 *
 * @throws Error if an argument is invalid, no token is configured, or Pinterest refuses the request.
 */
export function getIntegrations(
  args: GetIntegrationsArgs = {},
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationsResult> {
  return invoked(lookups.getIntegrations, args, opts);
}

/**
 * Like {@link getIntegrations}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument or the
 * provider's token is unknown. With `includeSecrets`, the whole result is secret.
 */
export function getIntegrationsOutput(
  args: GetIntegrationsOutputArgs = {},
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationsResult>> {
  return invokedOutput("getIntegrations", args, opts);
}

/**
 * Reads an integration by its integration ID. Runs in every preview and update. State does not contain the result.
 *
 * @throws Error if an argument is invalid, no token is configured, Pinterest refuses the request, or the integration is missing (`status`
 *   404).
 */
export function getIntegration(
  args: GetIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationResult> {
  return invoked(lookups.getIntegration, args, opts);
}

/** Like {@link getIntegration}, with the differences of {@link getIntegrationsOutput}. */
export function getIntegrationOutput(
  args: GetIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationResult>> {
  return invokedOutput("getIntegration", args, opts);
}

/**
 * Reads an integration by its external business ID. Runs in every preview and update. State does not contain the result. To read it as a
 * resource, which state contains, use `CommerceIntegration.get`.
 *
 * @throws Error if an argument is invalid, no token is configured, Pinterest refuses the request, or the integration is missing (`status`
 *   404).
 */
export function getCommerceIntegration(
  args: GetCommerceIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetCommerceIntegrationResult> {
  return invoked(lookups.getCommerceIntegration, args, opts);
}

/** Like {@link getCommerceIntegration}, with the differences of {@link getIntegrationsOutput}. */
export function getCommerceIntegrationOutput(
  args: GetCommerceIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetCommerceIntegrationResult>> {
  return invokedOutput("getCommerceIntegration", args, opts);
}

async function invoked<Args extends { readonly account?: string }, Result>(
  lookup: Lookup<Args, unknown>,
  args: Args,
  opts: pulumi.InvokeOptions,
): Promise<Result> {
  assertInstallation();
  await engineChecked();
  checkArguments(lookup, args);
  let found: unknown;
  try {
    found = await pulumi.runtime.invoke(functionTokens[lookup.name], args, opts);
  } catch (error) {
    throw refused(error as Error);
  }
  // The SDK returns the secrets of this form in plaintext.
  return withSecretsOf(found, (value) => pulumi.secret(value)) as Result;
}

function invokedOutput<Result>(
  name: FunctionName,
  args: object,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<pulumi.Unwrap<Result>> {
  assertInstallation();
  return pulumi.runtime.invokeOutput(functionTokens[name], args as pulumi.Inputs, opts);
}

/** The error that the dynamic provider's functions throw: the message without the plugin's prefix, and `status`. */
function refused({ message }: Error): Error {
  const status = /\bHTTP (\d{3})\b/.exec(message)?.[1];
  const told = message.replace(/^.*?(?=\bget\w+: )/s, "");
  return Object.assign(new pulumi.RunError(told), status === undefined ? {} : { status: Number(status) });
}
