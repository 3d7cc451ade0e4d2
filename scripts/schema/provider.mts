import type { ConfigurationKey } from "../../provider/config/keys.ts";
import { defaultOf, descriptionOf, textOf } from "./descriptions.mts";
import type { Declarations } from "./program.mts";
import type { ObjectSpec, Properties, PropertySpec, ResourceSpec } from "./specs.mts";
import type { Tables } from "./tables.mts";
import { stringLast, type Types } from "./types.mts";

/**
 * The configuration keys. They have no default from the environment: generated SDKs would write the variable's value into an explicit provider's
 * inputs, and so into state, where it would also override variables that take precedence. The provider reads the environment.
 */
export function configuration(declarations: Declarations, types: Types, tables: Tables): Properties {
  const args = declarations.type("ProviderArgs");
  const { environmentFirst, environmentVariable, isConfigurationKey, rowOf } = tables.keys;
  const { properties } = types.object(args, (name) => isConfigurationKey(name) && rowOf(name).secret);
  const { checker } = declarations;
  return Object.fromEntries(
    checker.getPropertiesOfType(args).map((symbol) => {
      const key = symbol.name as ConfigurationKey;
      const variable = `\`${environmentVariable(key)}\``;
      const precedence = environmentFirst.has(key)
        ? `The environment variable ${variable} overrides it.`
        : `If it is not set, the environment variable ${variable} applies.`;
      const fallback = defaultOf(symbol, checker);
      const sentences = [
        textOf(symbol, checker),
        precedence,
        ...(fallback === undefined ? [] : [`Default: ${fallback}.`]),
      ];
      const property = orString(properties[key] ?? {});
      // Unlike TypeScript, other languages distinguish integers.
      const type = rowOf(key).kind === "whole" ? { type: "integer" as const } : {};
      return [key, { ...property, ...type, description: sentences.join(" ") }];
    }),
  );
}

/** An explicit provider. */
export function providerSpec(declarations: Declarations, keys: Properties, examples: string): ResourceSpec {
  const description = descriptionOf(declarations.exported("Provider"), declarations.checker);
  const precedence =
    "In YAML and in generated SDKs, arguments that you omit come from the environment: an explicit provider does not read the stack's " +
    "configuration. In TypeScript and JavaScript, they come from the stack's configuration first.";
  return {
    description: [description, precedence, examples].join("\n\n"),
    inputProperties: keys,
    ...outputs(keys),
  };
}

/** Programs can only read the provider's properties that are strings. */
function outputs(keys: Properties): ObjectSpec {
  const strings = Object.entries(keys).filter(
    ([, { type, $ref }]) => type === "string" || $ref !== undefined,
  );
  return { properties: Object.fromEntries(strings) };
}

/** Lists and objects can also be JSON strings, as in a stack's configuration. */
function orString({ type, items, additionalProperties, ...property }: PropertySpec): PropertySpec {
  if (type === "array" && items)
    return { ...property, oneOf: stringLast([{ type, items }, { type: "string" }]) };
  if (type === "object" && additionalProperties) {
    return { ...property, oneOf: stringLast([{ type, additionalProperties }, { type: "string" }]) };
  }
  return { ...(type ? { type } : {}), ...property };
}
