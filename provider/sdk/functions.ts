import * as pulumi from "@pulumi/pulumi";
import { type FieldTable, type PinterestClient, PinterestError, type SecretFieldName } from "../api";
import {
  Clients,
  type ConfigurationKey,
  configurationKeyNames,
  fullKey,
  type Lookup,
  readConfiguration,
} from "../config";
import {
  checkArguments,
  functions,
  type GetCommerceIntegrationArgs,
  type GetIntegrationArgs,
  type GetIntegrationsArgs,
  type PackageFunction,
  replaceSecrets,
  type ShownIntegration,
} from "../lifecycle/functions";
import { withHelp } from "../lifecycle/messages";
import {
  assertInstallation,
  engineChecked,
  perRun,
  programHost,
  stackConfiguration,
  valueIfKnown,
  withRunErrors,
} from "./program-checks";
import { dynamicPackage, Provider } from "./provider";

export type { GetCommerceIntegrationArgs, GetIntegrationArgs, GetIntegrationsArgs };

type SecretOutputs = { -readonly [Name in keyof Pick<FieldTable, SecretFieldName>]?: pulumi.Output<string> };

/**
 * An integration, as Pinterest returns it in lists and by its integration ID. Partner tokens and e-mail are secrets, and are present only with
 * `includeSecrets`, and if Pinterest returns them.
 */
export interface IntegrationRecord extends ShownIntegration, SecretOutputs {}

/** The integrations of an account. */
export interface GetIntegrationsResult {
  /** The integrations, sorted by external business ID. */
  integrations: IntegrationRecord[];
  /** Whether there are more integrations than `maxItems`. */
  truncated: boolean;
}

/** An integration, as Pinterest returns it by its integration ID. */
export interface GetIntegrationResult extends IntegrationRecord {
  integrationId: string;
}

/** An integration, as Pinterest returns it by its external business ID: without partner tokens and e-mail. */
export interface GetCommerceIntegrationResult extends ShownIntegration {
  externalBusinessId: string;
  /** Whether Pinterest has the integration. Can only be false with `ignoreMissing`; the fields are then absent. */
  exists: boolean;
}

/** Arguments of {@link getIntegrationsOutput}: those of {@link getIntegrations}, or outputs of them. */
export type GetIntegrationsOutputArgs = InputsOf<GetIntegrationsArgs>;

/** Arguments of {@link getIntegrationOutput}: those of {@link getIntegration}, or outputs of them. */
export type GetIntegrationOutputArgs = InputsOf<GetIntegrationArgs>;

/** Arguments of {@link getCommerceIntegrationOutput}: those of {@link getCommerceIntegration}, or outputs of them. */
export type GetCommerceIntegrationOutputArgs = InputsOf<GetCommerceIntegrationArgs>;

/**
 * Lists all integrations of an account, sorted by external business ID. Runs in every preview and update. State does not contain the result.
 *
 * @throws Error if an argument is invalid, no token is configured, or Pinterest refuses the request.
 */
export function getIntegrations(
  args: GetIntegrationsArgs = {},
  opts: pulumi.InvokeOptions = {},
): Promise<GetIntegrationsResult> {
  return call(functions.getIntegrations, args, opts);
}

/**
 * Like {@link getIntegrations}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument or the
 * provider's token is unknown. With `includeSecrets`, the whole result is secret.
 */
export function getIntegrationsOutput(
  args: GetIntegrationsOutputArgs = {},
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationsResult>> {
  return callOutput(functions.getIntegrations, args, opts);
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
  return call(functions.getIntegration, args, opts);
}

/**
 * Like {@link getIntegration}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument or the
 * provider's token is unknown. With `includeSecrets`, the whole result is secret.
 */
export function getIntegrationOutput(
  args: GetIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetIntegrationResult>> {
  return callOutput(functions.getIntegration, args, opts);
}

/**
 * Reads an integration by its external business ID. Runs in every preview and update. State does not contain the result. To read it as a
 * resource, which state contains, use `CommerceIntegration.get`.
 *
 * @throws Error if an argument is invalid, no token is configured, Pinterest refuses the request, or the integration is missing (`status`
 *   404, unless `ignoreMissing` is set).
 */
export function getCommerceIntegration(
  args: GetCommerceIntegrationArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<GetCommerceIntegrationResult> {
  return call(functions.getCommerceIntegration, args, opts);
}

/**
 * Like {@link getCommerceIntegration}, but accepts outputs as arguments and the option `dependsOn`. The result is unknown while an argument
 * or the provider's token is unknown.
 */
export function getCommerceIntegrationOutput(
  args: GetCommerceIntegrationOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<pulumi.Unwrap<GetCommerceIntegrationResult>> {
  return callOutput(functions.getCommerceIntegration, args, opts);
}

/** Arguments, each possibly an output. */
export type InputsOf<T> = { [K in keyof T]: pulumi.Input<T[K]> };

type Settings = { [K in ConfigurationKey]?: string };

/**
 * Calls a function in the program, with the credentials of the `provider` option, of the provider of `parent`, or of the stack's
 * configuration and the environment, in this order. Secrets of the result are secret outputs.
 */
async function call<Args extends { readonly account?: string }, Result>(
  called: PackageFunction<Args>,
  args: Args,
  opts: pulumi.InvokeOptions,
): Promise<Result> {
  await assertCallable(called, args);
  const { name } = called;
  const provider = explicitProvider(name, opts);
  const settings = provider && (await knownSettings(name, provider.configuration));
  // `settings` already falls back to the stack's configuration. A second fallback would add the stack's access token to a provider that has
  // its own refresh token.
  const lookup: Lookup = (key) => (settings === undefined ? stackConfiguration(key) : settings[key]);
  const client = clientOf(name, args.account, lookup, provider?.providerName);
  try {
    return secretOutputs(await called.call(client, args));
  } catch (error) {
    throw error instanceof PinterestError ? withoutStack(name, error) : error;
  }
}

/** The Output form of {@link call}: waits for the arguments, the provider and `dependsOn`, and is unknown while one of them is. */
function callOutput<Args extends { readonly account?: string }, Result>(
  called: PackageFunction<Args>,
  args: InputsOf<Args>,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<pulumi.Unwrap<Result>> {
  const { dependsOn, ...invokeOptions } = opts;
  const configuration = explicitProvider(called.name, invokeOptions)?.configuration;
  const dependencies = pulumi.unsecret(pulumi.all([idsOf(dependsOn), configuration]));
  // `output` unwraps the secret outputs of the result, and makes the whole result secret.
  return pulumi
    .all([pulumi.output(args as object), dependencies])
    .apply(([known]) =>
      pulumi.output(call(called, known as Args, invokeOptions)),
    ) as unknown as pulumi.Output<pulumi.Unwrap<Result>>;
}

/** Replaces the secrets of a result by secret outputs. */
export function secretOutputs<Result>(result: unknown): Result {
  return replaceSecrets(result, (value) => pulumi.secret(value)) as Result;
}

/**
 * Checks the arguments, the installation and the engine before a call.
 *
 * @throws RunError that names what is invalid. For this class, Pulumi prints the message without a stack.
 */
export async function assertCallable<Args extends { readonly account?: string }>(
  called: PackageFunction<Args>,
  args: Args,
): Promise<void> {
  withRunErrors(() => checkArguments(called, args));
  assertInstallation();
  await engineChecked();
}

const clientsOfRun = perRun<Map<string, Clients>>(() => new Map());

/**
 * The client of an account. All calls of a run share the clients of a configuration, and thus tokens, rate limits and the run of the
 * account command.
 *
 * @throws RunError if the configuration is invalid or has no token for the account.
 */
function clientOf(
  name: string,
  account: string | undefined,
  lookup: Lookup,
  provider: string | undefined,
): PinterestClient {
  const key = JSON.stringify([provider, ...configurationKeyNames.map(lookup)]);
  const shared = clientsOfRun();
  try {
    const clients =
      shared?.get(key) ??
      new Clients(readConfiguration(lookup, programHost()), {
        notify: (message) => void pulumi.log.info(message),
        provider: () => provider,
      });
    shared?.set(key, clients);
    return clients.client(account);
  } catch (error) {
    throw withoutStack(name, error as Error);
  }
}

/** An error that Pulumi prints without a stack, with the properties of `error`. */
function withoutStack(name: string, error: Error): Error {
  return Object.assign(new pulumi.RunError(`${name}: ${withHelp(error.message, error)}`), { ...error });
}

/** @throws Error if the provider belongs to another package. */
function explicitProvider(name: string, { provider, parent }: pulumi.InvokeOptions): Provider | undefined {
  const explicit = provider ?? parent?.getProvider(`${dynamicPackage}:index:any`);
  if (explicit !== undefined && !(explicit instanceof Provider)) {
    throw new Error(`${name}: the \`provider\` option is not a pinterest.Provider`);
  }
  return explicit;
}

async function knownSettings(name: string, configuration: pulumi.Output<Settings>): Promise<Settings> {
  const settings = await valueIfKnown(configuration);
  if (settings === undefined) {
    throw new Error(
      `${name}: the provider's ${fullKey("accessToken")} is not known yet; use ${name}Output instead`,
    );
  }
  return settings.value;
}

/** The IDs of resources and, for components, of the resources inside. They are unknown until the resources are created. */
function idsOf(dependsOn: pulumi.InvokeOutputOptions["dependsOn"]): pulumi.Output<unknown> {
  const given = pulumi.output(dependsOn as pulumi.Input<pulumi.Input<pulumi.Resource>[]>);
  return given.apply(async (found) => {
    const resources = [found ?? []].flat() as pulumi.Resource[];
    return pulumi.all((await Promise.all(resources.map(idsIn))).flat());
  });
}

/** A resource's URN is known before it is created, its ID is not. */
async function idsIn(resource: pulumi.Resource): Promise<pulumi.Output<string>[]> {
  if (pulumi.CustomResource.isInstance(resource)) return [resource.id];
  // The SDK finds the children of a component this way (runtime/dependsOn.ts); its types omit it.
  const component = resource as unknown as {
    __data?: Promise<unknown>;
    __childResources?: Set<pulumi.Resource>;
  };
  await component.__data;
  const children = await Promise.all([...(component.__childResources ?? [])].map(idsIn));
  return [resource.urn, ...children.flat()];
}
