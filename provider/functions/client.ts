import * as pulumi from "@pulumi/pulumi";
import { Clients, type ConfigurationKey, fullKey, readConfiguration } from "../configuration";
import { type PinterestClient, PinterestError } from "../pinterest";
import { assertInstallation, engineChecked } from "../resources/environment-check";
import { valueIfKnown } from "../resources/known";
import { dynamicPackage, Provider } from "../resources/provider";
import { stackConfiguration } from "../resources/stack-configuration";

type Settings = { [K in ConfigurationKey]?: string };

/**
 * Calls Pinterest from the program with the credentials of the `provider` option, of the `parent`'s provider, or of the
 * stack's configuration and the environment, in this order.
 */
export async function withClient<T>(
  caller: string,
  account: string | undefined,
  opts: pulumi.InvokeOptions,
  call: (client: PinterestClient) => Promise<T>,
): Promise<T> {
  assertInstallation();
  await engineChecked();
  const provider = explicitProvider(caller, opts);
  const settings = provider && (await known(caller, provider.configuration));
  const configuration = readConfiguration((key) => settings?.[key] ?? stackConfiguration(key));
  const clients = new Clients(configuration, (message) => void pulumi.log.info(message));
  try {
    return await call(clients.client(account));
  } catch (error) {
    if (!(error instanceof PinterestError)) {
      throw error;
    }
    // Shown as its message alone: a stack tells nothing of what Pinterest refused. Its properties are for programs.
    throw Object.assign(new pulumi.RunError(`${caller}: ${error.message}`), { ...error });
  }
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
