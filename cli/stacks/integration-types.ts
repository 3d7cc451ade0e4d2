import { dynamicType } from "../../provider/dynamic/constant";
import { integrationType } from "../../provider/plugin/tokens";

/** By what a program comes to the provider: a dynamic provider of Node.js, or the plugin, which every language has. */
export type FrontEnd = "dynamic" | "plugin";

const types: Readonly<Record<FrontEnd, string>> = { dynamic: dynamicType, plugin: integrationType };

/** The type of a commerce integration in the state of programs that use a front end. */
export function integrationTypeOf(frontEnd: FrontEnd): string {
  return types[frontEnd];
}

/** The front end of a resource's type; undefined where that is no commerce integration. */
export function frontEndOf(type: string | undefined): FrontEnd | undefined {
  return (Object.keys(types) as FrontEnd[]).find((name) => types[name] === type);
}

/** Whether resources of a type are commerce integrations, whichever front end they have. */
export function isIntegrationType(type: string | undefined): boolean {
  return frontEndOf(type) !== undefined;
}
