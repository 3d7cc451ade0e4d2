import type * as pulumi from "@pulumi/pulumi";
import { Clients, type ConfigurationKey, fullKey, readConfiguration } from "../configuration";
import type { PinterestClient } from "../pinterest";
import { environmentChecked } from "../resources/environment-check";
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
  await environmentChecked();
  const settings = await settingsOf(caller, opts);
  const clients = new Clients(readConfiguration((key) => settings?.[key] ?? stackConfiguration(key)));
  return call(clients.client(account));
}

async function settingsOf(
  caller: string,
  { provider, parent }: pulumi.InvokeOptions,
): Promise<Settings | undefined> {
  const explicit = provider ?? parent?.getProvider(`${dynamicPackage}:index:any`);
  if (explicit === undefined) {
    return undefined;
  }
  if (!(explicit instanceof Provider)) {
    throw new Error(`${caller}: the \`provider\` option is no pinterest.Provider`);
  }
  return known(caller, explicit.configuration);
}

async function known(caller: string, configuration: pulumi.Output<Settings>): Promise<Settings> {
  // `promise` and `isKnown` are the SDK's own way of looking into an output; its types leave them out.
  const { promise, isKnown } = configuration as unknown as {
    promise(withUnknowns?: boolean): Promise<Settings>;
    isKnown: Promise<boolean>;
  };
  if (!(await isKnown)) {
    throw new Error(
      `${caller}: the provider's ${fullKey("accessToken")} is not known yet; use ${caller}Output instead`,
    );
  }
  return promise.call(configuration);
}
