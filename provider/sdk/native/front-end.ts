import type * as pulumi from "@pulumi/pulumi";
import { logType as dynamicLogType, dynamicType } from "../../dynamic/constant";
import { integrationType, logType } from "../../plugin/tokens";
import type { ResourceFrontEnd } from "../front-end";
import { Provider } from "./provider";

/** The alias moves what the dynamic front end has made, with no replacement. */
export const integrationFrontEnd: ResourceFrontEnd = {
  type: integrationType,
  options: { aliases: [{ type: dynamicType }] },
  providerName,
  tellsProvider: false,
};

export const logFrontEnd: ResourceFrontEnd = {
  type: logType,
  options: { aliases: [{ type: dynamicLogType }] },
  providerName,
  tellsProvider: false,
};

function providerName(resource: pulumi.Resource): string | undefined {
  const provider = resource.getProvider(integrationType);
  return provider instanceof Provider ? provider.providerName : undefined;
}
