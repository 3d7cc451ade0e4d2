import * as pulumi from "@pulumi/pulumi";
import type {
  GetCommerceIntegrationOutputArgs,
  GetCommerceIntegrationResult,
  GetIntegrationOutputArgs,
  GetIntegrationResult,
  GetIntegrationsOutputArgs,
  GetIntegrationsResult,
} from "../functions";
import { checkArguments } from "../functions/check-arguments";
import { type FunctionName, type Lookup, lookups } from "../lookups";
import type { GetCommerceIntegrationArgs } from "../lookups/get-commerce-integration";
import type { GetIntegrationArgs } from "../lookups/get-integration";
import type { GetIntegrationsArgs } from "../lookups/get-integrations";
import { withSecretsOf } from "../lookups/record";
import { functionTokens } from "../plugin/tokens";
import { assertInstallation, engineChecked } from "../resources/environment-check";

/**
 * Lists the integrations of an account, to the end. Runs at every preview and update; nothing of it is kept in state.
 *
 * @throws Error on a bad argument, when no token is configured, and with Pinterest's answer when it refuses.
 */
export function getIntegrations(
  args: GetIntegrationsArgs = {},
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationsResult> {
  return invoked(lookups.getIntegrations, args, opts);
}

/**
 * Like {@link getIntegrations}, for arguments that are outputs of resources. With `includeSecrets` the whole result is
 * secret. Unknown while an argument or the provider's token is; with `dependsOn` it runs after those resources.
 */
export function getIntegrationsOutput(
  args: GetIntegrationsOutputArgs = {},
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationsResult>> {
  return invokedOutput("getIntegrations", args, opts);
}

/**
 * Reads an integration by Pinterest's own number of it. Runs at every preview and update; nothing of it is kept in state.
 *
 * @throws Error on a bad argument, when no token is configured, and with Pinterest's answer when it refuses, also where
 *   there is no such integration (`status` 404).
 */
export function getIntegration(
  args: GetIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationResult> {
  return invoked(lookups.getIntegration, args, opts);
}

/** Like {@link getIntegration}, as {@link getIntegrationsOutput} is like {@link getIntegrations}. */
export function getIntegrationOutput(
  args: GetIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationResult>> {
  return invokedOutput("getIntegration", args, opts);
}

/**
 * Reads an integration by its id in the shop. Runs at every preview and update; nothing of it is kept in state.
 * `CommerceIntegration.get` reads the same as a resource, which state remembers.
 *
 * @throws Error on a bad argument, when no token is configured, and with Pinterest's answer when it refuses, also where
 *   there is no such integration (`status` 404).
 */
export function getCommerceIntegration(
  args: GetCommerceIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetCommerceIntegrationResult> {
  return invoked(lookups.getCommerceIntegration, args, opts);
}

/** Like {@link getCommerceIntegration}, as {@link getIntegrationsOutput} is like {@link getIntegrations}. */
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
  // The SDK hands the secrets of this form out in clear.
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

/** The plugin's error as a program gets it from the other front end: the message alone is shown, and the status is there to look at. */
function refused({ message }: Error): Error {
  const status = /\bHTTP (\d{3})\b/.exec(message)?.[1];
  const told = message.replace(/^.*?(?=\bget\w+: )/s, "");
  return Object.assign(new pulumi.RunError(told), status === undefined ? {} : { status: Number(status) });
}
