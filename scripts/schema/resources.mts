import { descriptionOf } from "./descriptions.mts";
import type { Declarations } from "./program.mts";
import type { ObjectSpec, Properties, ResourceSpec } from "./specs.mts";
import type { Tables } from "./tables.mts";
import type { IsSecret, Types } from "./types.mts";

/** The commerce integration. */
export function integrationSpec(declarations: Declarations, types: Types, tables: Tables): ResourceSpec {
  const lookup = declarations.type("CommerceIntegrationLookup");
  return {
    ...resource(declarations, types, "CommerceIntegration", tables),
    stateInputs: types.object(lookup, tables.isSecretField),
    listInputs: filters(declarations, types, tables.isSecretField),
    aliases: [{ type: tables.tokens.dynamicType }],
  };
}

/** The integration log. None of its properties is secret. */
export function logSpec(declarations: Declarations, types: Types, tables: Tables): ResourceSpec {
  const noTable = { isSecretField: () => false, replaces: () => false };
  return {
    ...resource(declarations, types, "IntegrationLog", noTable),
    aliases: [{ type: tables.tokens.dynamicLogType }],
  };
}

function resource(
  declarations: Declarations,
  types: Types,
  name: string,
  { isSecretField, replaces }: Pick<Tables, "isSecretField" | "replaces">,
): ResourceSpec {
  const declared = declarations.exported(name);
  const args = declarations.type(`${name}Args`);
  const inputs = types.object(args, isSecretField);
  const outputs = types.object(declarations.type(name), isSecretField);
  return {
    description: descriptionOf(declared, declarations.checker),
    inputProperties: markReplacing(inputs.properties, replaces),
    ...(inputs.required ? { requiredInputs: inputs.required } : {}),
    ...outputs,
    properties: markReplacing(outputs.properties, replaces),
  };
}

function markReplacing(properties: Properties, replaces: (name: string) => boolean): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      replaces(name) ? { ...property, willReplaceOnChanges: true } : property,
    ]),
  );
}

/** The filters of getIntegrations, and the account. The engine chooses the size of pages. */
function filters(declarations: Declarations, types: Types, isSecret: IsSecret): ObjectSpec {
  const args = declarations.type("GetIntegrationsArgs");
  const filter = declarations.type("IntegrationFilter");
  const names = new Set([...filter.getProperties().map(({ name }) => name), "account"]);
  const { properties } = types.object(args, isSecret);
  return { properties: Object.fromEntries(Object.entries(properties).filter(([name]) => names.has(name))) };
}
