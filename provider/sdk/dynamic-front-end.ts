import type * as pulumi from "@pulumi/pulumi";
import { dynamicType, logProviderText, logType, providerKey, providerText } from "../dynamic/constant";
import { integrationType, logType as pluginLogType } from "../plugin/tokens";
import type { ResourceFrontEnd } from "./front-end";
import { Provider } from "./provider";

/** The alias takes back what was moved to the plugin: without it a program that goes back would have the engine delete it all. */
export const integrationFrontEnd: ResourceFrontEnd = {
  type: dynamicType,
  options: { aliases: [{ type: integrationType }] },
  properties: { [providerKey]: providerText },
  importProblem:
    "the `import` option does not work for dynamic resources; use `pulumi import --file` (see docs/import.md), " +
    "or leave the option out: an integration that equals the program's is adopted",
  providerName,
  tellsProvider: true,
};

export const logFrontEnd: ResourceFrontEnd = {
  type: logType,
  options: { aliases: [{ type: pluginLogType }] },
  properties: { [providerKey]: logProviderText },
  providerName,
  tellsProvider: true,
};

function providerName(resource: pulumi.Resource): string | undefined {
  const provider = resource.getProvider(dynamicType);
  return provider instanceof Provider ? provider.providerName : undefined;
}
