import { functionOf, type ObjectType, type Property, resourceOf, schema, typeOf } from "./schema";

/** The names in a C# program that are neither in the schema nor in Pulumi's SDK. */
export function unknownInCSharp(program: string): string[] {
  const code = program.replace(/^using .*$/gm, "").replace(/"[^"]*"|\/\/.*$/gm, "");
  const uses = [...code.matchAll(/Pinterest\.(?:Inputs\.)?([A-Z]\w*)(?:\.([A-Z]\w*))?/g)];
  const unknown: string[] = [];
  const inputs = new Set(["Provider"]);
  const outputs = new Set(["Apply"]);
  for (const [text, name = "", member] of uses) {
    const choices = schema.types[`pinterest:index:${name}`]?.enum?.map(({ value }) => pascal(value));
    if (choices !== undefined) {
      if (!choices.includes(member ?? "")) unknown.push(text);
      continue;
    }
    const found = shapeOf(name);
    if (found === undefined) {
      unknown.push(text);
      continue;
    }
    for (const key of found.inputs) inputs.add(pascal(key));
    for (const key of found.outputs) outputs.add(pascal(key));
  }
  const assigned = [...code.matchAll(/(?:^\s*|\{ )([A-Z]\w*) = /gm)].map(([, name = ""]) => name);
  const read = [...code.matchAll(/\b(?:shop|found)\.([A-Z]\w*)/g)].map(([, name = ""]) => name);
  return [
    ...unknown,
    ...assigned.filter((name) => !inputs.has(name)),
    ...read.filter((name) => !outputs.has(name)),
  ];
}

/** The inputs and outputs of what a C# class stands for. */
function shapeOf(name: string): { inputs: string[]; outputs: string[] } | undefined {
  const resource = name === "Provider" ? schema.provider : resourceOf(`pinterest:${name}`);
  if (resource !== undefined)
    return { inputs: Object.keys(resource.inputProperties), outputs: Object.keys(resource.properties) };
  const called = functionOf(`pinterest:${name.replace(/^G/, "g")}`);
  if (called !== undefined) {
    const items = Object.values(called.outputs.properties).flatMap(({ items }) =>
      Object.keys(typeOf(items ?? {})?.properties ?? {}),
    );
    return {
      inputs: Object.keys(called.inputs.properties),
      outputs: [...Object.keys(called.outputs.properties), ...items],
    };
  }
  const type = schema.types[`pinterest:index:${name.replace(/Args$/, "")}`];
  return type && { inputs: Object.keys(type.properties), outputs: [] };
}

function pascal([first = "", ...rest]: string): string {
  return first.toUpperCase() + rest.join("");
}

/** Arguments of every resource, data source and provider. */
const metaArguments = ["provider", "alias"];

/** The problems with the names in an HCL program: types, and attributes that the schema lacks or requires. */
export function problemsWithHcl(program: string): string[] {
  const blocks = [
    ...program.matchAll(/^(resource|data|provider) "(\w+)"(?: "[\w-]+")? \{\n([\s\S]*?)^\}$/gm),
  ];
  if (blocks.length === 0) return ["there is no block"];
  return blocks.flatMap(([, kind = "", type = "", body = ""]) => {
    const inputs = hclInputs(kind, type);
    return inputs === undefined ? [`there is no ${kind} ${type}`] : problemsWithBody(type, body, inputs);
  });
}

/** The inputs of a block. `pinterest_integration` is the resource `Integration`, and the data source `getIntegration`. */
function hclInputs(kind: string, type: string): ObjectType | undefined {
  if (kind === "provider")
    return type === "pinterest" ? { properties: schema.provider.inputProperties } : undefined;
  const named = <T>(table: Record<string, T>, prefix: string) =>
    Object.entries(table).find(
      ([token]) => snake(token.replace(/^.*:/, "").replace(prefix, "")) === type.replace("pinterest_", ""),
    )?.[1];
  if (kind === "data") return named(schema.functions, "get")?.inputs;
  const resource = named(schema.resources, "");
  return resource && { properties: resource.inputProperties, required: resource.requiredInputs ?? [] };
}

function problemsWithBody(path: string, body: string, { properties, required = [] }: ObjectType): string[] {
  const nested = [...body.matchAll(/^ {2}(\w+) \{\n([\s\S]*?)^ {2}\}$/gm)];
  const attributes = [...body.matchAll(/^ {2}(\w+) += /gm)].map(([, name = ""]) => name);
  const given = [...attributes, ...nested.map(([, name = ""]) => name)];
  const known = new Map(
    Object.entries(properties).map(([name, property]): [string, Property] => [snake(name), property]),
  );
  return [
    ...given
      .filter((name) => !known.has(name) && !metaArguments.includes(name))
      .map((name) => `${path}.${name} is not a property`),
    ...required
      .filter((name) => !given.includes(snake(name)))
      .map((name) => `${path}.${snake(name)} is missing`),
    ...nested.flatMap(([, name = "", inner = ""]) => {
      const type = typeOf(known.get(name) ?? {});
      return type === undefined
        ? [`${path}.${name} is not an object`]
        : problemsWithBody(`${path}.${name}`, inner.replace(/^ {2}/gm, ""), type);
    }),
  ];
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter, index) => (index === 0 ? "" : "_") + letter.toLowerCase());
}
