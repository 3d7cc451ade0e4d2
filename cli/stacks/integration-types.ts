import { dynamicType, integrationType } from "../../provider/runtime/constants";

/** The provider type: the dynamic provider for Node.js, or the plugin for every language. */
export type FrontEnd = "dynamic" | "plugin";

const types: Readonly<Record<FrontEnd, string>> = { dynamic: dynamicType, plugin: integrationType };

/** The resource type of an integration for each provider type. */
export function integrationTypeOf(frontEnd: FrontEnd): string {
  return types[frontEnd];
}

/** The provider type of a resource type; undefined if it is not a commerce integration. */
export function frontEndOf(type: string | undefined): FrontEnd | undefined {
  return (Object.keys(types) as FrontEnd[]).find((name) => types[name] === type);
}

/** Whether a resource type is a commerce integration of any provider type. */
export function isIntegrationType(type: string | undefined): boolean {
  return frontEndOf(type) !== undefined;
}
