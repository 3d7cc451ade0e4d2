import * as pulumi from "@pulumi/pulumi";
import { type PinterestClient, PinterestError } from "../../api";
import {
  Clients,
  type ConfigurationKey,
  configurationKeyNames,
  fullKey,
  readConfiguration,
} from "../../config";
import type { Lookup } from "../../runtime/lookups/lookup";
import { withSecretsOf } from "../../runtime/lookups/record";
import { assertInstallation, engineChecked } from "../environment-check";
import { valueIfKnown } from "../known";
import { dynamicPackage, Provider } from "../provider";
import { PerRun } from "../run";
import { stackConfiguration } from "../stack-configuration";
import { checkArguments } from "./check-arguments";

type Settings = { [K in ConfigurationKey]?: string };

const shared = new PerRun<Map<string, Clients>>(() => new Map());

/**
 * The clients of a configuration. All calls of a run share them, and with them tokens, rate limits and a command's one run.
 *
 * @throws Error that names the key where the configuration is wrong.
 */
function clientsOf(lookup: (key: ConfigurationKey) => string | undefined): Clients {
  const key = JSON.stringify(configurationKeyNames.map(lookup));
  const ofRun = shared.get();
  const clients =
    ofRun?.get(key) ?? new Clients(readConfiguration(lookup), (message) => void pulumi.log.info(message));
  ofRun?.set(key, clients);
  return clients;
}

/** Runs a lookup in the program. The secrets of its result are outputs that are secret. */
export async function lookUp<Args extends { readonly account?: string }, Result>(
  lookup: Lookup<Args, unknown>,
  args: Args,
  opts: pulumi.InvokeOptions,
): Promise<Result> {
  checkArguments(lookup, args);
  const found = await withClient(lookup.name, args.account, opts, (client) => lookup.call(client, args));
  return withSecretsOf(found, (value) => pulumi.secret(value)) as Result;
}

/**
 * Calls Pinterest from the program with the credentials of the `provider` option, of the `parent`'s provider, or of the
 * stack's configuration and the environment, in this order.
 */
async function withClient<T>(
  caller: string,
  account: string | undefined,
  opts: pulumi.InvokeOptions,
  call: (client: PinterestClient) => Promise<T>,
): Promise<T> {
  assertInstallation();
  await engineChecked();
  const provider = explicitProvider(caller, opts);
  const settings = provider && (await known(caller, provider.configuration));
  const client = clientOf(caller, account, (key) => settings?.[key] ?? stackConfiguration(key));
  try {
    return await call(client);
  } catch (error) {
    throw error instanceof PinterestError ? withoutStack(caller, error) : error;
  }
}

/** @throws RunError when the configuration is wrong, or has no token for the account. */
function clientOf(
  caller: string,
  account: string | undefined,
  lookup: (key: ConfigurationKey) => string | undefined,
): PinterestClient {
  try {
    return clientsOf(lookup).client(account);
  } catch (error) {
    throw withoutStack(caller, error as Error);
  }
}

/** Shown as its message alone: a stack tells nothing of what Pinterest refused, or is not configured. Its properties are for programs. */
function withoutStack(caller: string, error: Error): Error {
  return Object.assign(new pulumi.RunError(`${caller}: ${error.message}`), { ...error });
}

/**
 * The provider of a call that has one of its own.
 *
 * @throws Error when it is another package's.
 */
export function explicitProvider(
  caller: string,
  { provider, parent }: pulumi.InvokeOptions,
): Provider | undefined {
  const explicit = provider ?? parent?.getProvider(`${dynamicPackage}:index:any`);
  if (explicit !== undefined && !(explicit instanceof Provider)) {
    throw new Error(`${caller}: the \`provider\` option is no pinterest.Provider`);
  }
  return explicit;
}

async function known(caller: string, configuration: pulumi.Output<Settings>): Promise<Settings> {
  const settings = await valueIfKnown(configuration);
  if (settings === undefined) {
    throw new Error(
      `${caller}: the provider's ${fullKey("accessToken")} is not known yet; use ${caller}Output instead`,
    );
  }
  return settings.value;
}
