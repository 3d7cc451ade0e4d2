import { descriptionOf } from "./descriptions.mts";
import type { Declarations } from "./program.mts";
import type { ObjectSpec, Properties, PropertySpec, ResourceSpec } from "./specs.mts";
import type { Tables } from "./tables.mts";
import { type Types, textLast } from "./types.mts";

/**
 * The keys of the configuration. No property has a default from the environment: code generators would write what the variable holds
 * into an explicit provider's inputs, and so into state, where it would also count before the variables that come first. The provider
 * reads the environment itself.
 */
export function configuration(declarations: Declarations, types: Types, tables: Tables): Properties {
  const args = declarations.type("ProviderArgs");
  const { properties } = types.object(args, tables.isSecretKey);
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]) => {
      const variable = `\`${tables.environmentVariable(key)}\``;
      const said = tables.isEnvironmentFirst(key)
        ? `The environment variable ${variable} goes before it.`
        : `Where it is not set, the environment variable ${variable} counts.`;
      return [key, { ...withText(property), description: `${property.description} ${said}` }];
    }),
  );
}

/** An explicit provider. */
export function providerSpec(declarations: Declarations, keys: Properties, examples: string): ResourceSpec {
  const description = descriptionOf(declarations.exported("Provider"), declarations.checker);
  const apart =
    "It sees nothing of the stack's configuration: what its arguments leave out is taken from the environment.";
  return {
    description: [description, apart, examples].join("\n\n"),
    inputProperties: keys,
    ...outputs(keys),
  };
}

/** Of a provider's own properties, programs see those that are text. */
function outputs(keys: Properties): ObjectSpec {
  const texts = Object.entries(keys).filter(([, { type, $ref }]) => type === "string" || $ref !== undefined);
  return { properties: Object.fromEntries(texts) };
}

/** What is no scalar may also be given as the JSON text that a stack's configuration has for it. */
function withText({ type, items, additionalProperties, ...property }: PropertySpec): PropertySpec {
  if (type === "array" && items)
    return { ...property, oneOf: textLast([{ type, items }, { type: "string" }]) };
  if (type === "object" && additionalProperties) {
    return { ...property, oneOf: textLast([{ type, additionalProperties }, { type: "string" }]) };
  }
  return { ...(type ? { type } : {}), ...property };
}
