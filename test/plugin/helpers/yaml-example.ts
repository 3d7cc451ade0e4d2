import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { functionOf, type Property, resourceOf, typeOf } from "./schema";

type Values = Record<string, unknown>;

interface Program {
  resources?: Record<string, { type: string; properties?: Values }>;
  variables?: Record<string, unknown>;
}

/** The parts of a YAML program that do not match the schema: types, functions, properties and values. */
export function problemsWithYaml(file: string): string[] {
  const { resources = {}, variables = {} } = parse(readFileSync(file, "utf8")) as Program;
  const declared = Object.entries(resources).flatMap(([name, { type, properties = {} }]) => {
    const found = resourceOf(type);
    if (found === undefined) return [`${name}: there is no ${type}`];
    return problemsWithBag(name, properties, found.inputProperties, found.requiredInputs);
  });
  const called = Object.entries(variables).flatMap(([name, value]) => {
    const call = (value as { "fn::invoke"?: { function: string; arguments?: Values } })["fn::invoke"];
    if (call === undefined) return [];
    const found = functionOf(call.function);
    if (found === undefined) return [`${name}: there is no ${call.function}`];
    return problemsWithBag(name, call.arguments ?? {}, found.inputs.properties, found.inputs.required);
  });
  return [...declared, ...called];
}

function problemsWithBag(
  path: string,
  values: Values,
  properties: Record<string, Property>,
  required: readonly string[] = [],
): string[] {
  const missing = required.filter((name) => !(name in values)).map((name) => `${path}.${name} is missing`);
  const wrong = Object.entries(values).flatMap(([name, value]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return property === undefined
      ? [`${path}.${name} is not a property`]
      : problemsWithValue(`${path}.${name}`, value, property);
  });
  return [...missing, ...wrong];
}

function problemsWithValue(path: string, value: unknown, property: Property): string[] {
  // Values of other resources, functions and the configuration have no known type.
  if (typeof value === "string" && value.startsWith("${")) return [];
  if (property.$ref === "pulumi.json#/Any") return [];
  const named = typeOf(property);
  if (named?.enum) {
    return named.enum.some((choice) => choice.value === value) ? [] : [`${path} is not an allowed value`];
  }
  if (property.oneOf) {
    const problems = property.oneOf.map((choice) => problemsWithValue(path, value, choice));
    return problems.find((found) => found.length === 0) ?? problems.flat();
  }
  if (named) return problemsWithBag(path, value as Values, named.properties, named.required);
  if (property.items && Array.isArray(value)) {
    return value.flatMap((item, index) => problemsWithValue(`${path}.${index}`, item, property.items ?? {}));
  }
  if (property.additionalProperties && kindOf(value) === "object") {
    return Object.entries(value as Values).flatMap(([key, item]) =>
      problemsWithValue(`${path}.${key}`, item, property.additionalProperties ?? {}),
    );
  }
  const expected = property.type === "integer" && !Number.isInteger(value) ? "a whole number" : property.type;
  return kindOf(value) === (expected === "integer" ? "number" : expected)
    ? []
    : [`${path} is not ${expected}`];
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}
