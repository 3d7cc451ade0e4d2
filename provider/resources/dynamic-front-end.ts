import type * as pulumi from "@pulumi/pulumi";
import { dynamicType, logProviderText, logType, providerKey, providerText } from "../dynamic/constant";
import type { ResourceFrontEnd } from "./front-end";
import { Provider } from "./provider";

export const integrationFrontEnd: ResourceFrontEnd = {
  type: dynamicType,
  properties: { [providerKey]: providerText },
  importProblem:
    'the `import` option does not work for dynamic resources; use `pulumi import --file` (see "What exists already" in the README), ' +
    "or leave the option out: an integration that equals the program's is taken over",
  providerName,
  tellsProvider: true,
};

export const logFrontEnd: ResourceFrontEnd = {
  type: logType,
  properties: { [providerKey]: logProviderText },
  providerName,
  tellsProvider: true,
};

function providerName(resource: pulumi.Resource): string | undefined {
  const provider = resource.getProvider(dynamicType);
  return provider instanceof Provider ? provider.providerName : undefined;
}
