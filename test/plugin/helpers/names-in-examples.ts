import { parse } from "yaml";
import { functionOf, type ObjectType, type Property, resourceOf, schema, typeOf } from "./schema";

// The tests of the SDKs compile the examples of most languages. The names in C# and HCL are instead compared with those in the same example in YAML,
// which `problemsWithYaml` compares with the schema, and with the schema itself.

/** The names of the schema in an example, in the form of the schema, sorted. */
export interface Names {
  /** The resources, functions and providers, such as `CommerceIntegration` and `getIntegration`. */
  readonly declared: string[];
  /** The arguments: `connectedTagId`, `request {}` for an object, and `request.method` for an argument in it. */
  readonly arguments: string[];
}

/** YAML has the names of the schema: `externalBusinessId`. */
export function namesInYaml(program: string): Names {
  const { resources = {}, variables = {} } = parse(program) as YamlProgram;
  const declared: string[] = [];
  const names: string[] = [];
  for (const { type, properties = {} } of Object.values(resources)) {
    declared.push(type === "pulumi:providers:pinterest" ? "Provider" : lastPart(type));
    names.push(...argumentsIn(properties, resourceOf(type)?.inputProperties));
  }
  for (const { "fn::invoke": call } of Object.values(variables)) {
    if (call === undefined) continue;
    declared.push(lastPart(call.function));
    names.push(...argumentsIn(call.arguments ?? {}, functionOf(call.function)?.inputs.properties));
  }
  return { declared: declared.sort(), arguments: names.sort() };
}

interface YamlProgram {
  readonly resources?: Record<string, { type: string; properties?: Record<string, unknown> }>;
  readonly variables?: Record<
    string,
    { "fn::invoke"?: { function: string; arguments?: Record<string, unknown> } }
  >;
}

/** The names of arguments. Keys of maps, such as `plugin_version` in `partnerMetadata`, are not in the schema. */
function argumentsIn(values: Record<string, unknown>, properties: Record<string, Property> = {}): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const type: ObjectType | undefined = typeOf(properties[name] ?? {});
    const isObject = type !== undefined && type.enum === undefined;
    return isObject
      ? namesOfObject(name, argumentsIn(value as Record<string, unknown>, type.properties))
      : [name];
  });
}

function namesOfObject(name: string, inObject: readonly string[]): string[] {
  return [`${name} {}`, ...inObject.map((each) => `${name}.${each}`)];
}

/** The names without the objects in which they are, which {@link namesInCSharp} does not know. */
export function withoutObjects(names: Names): Names {
  const ownNames = names.arguments.map((path) => path.replace(/^.*\.| \{\}$/g, ""));
  return { ...names, arguments: ownNames.sort() };
}

/** C# capitalizes names: `ExternalBusinessId = …`, `new Pinterest.Provider(…)`, `Pinterest.GetIntegration.Invoke(…)`. */
export function namesInCSharp(program: string): Names {
  const code = withoutText(program);
  const resources = matchesIn(code, /new Pinterest\.(\w+)\(/g);
  const functions = matchesIn(code, /Pinterest\.(\w+)\.Invoke\(/g).map(uncapitalized);
  const assigned = matchesIn(code, /(?:^\s*|\{ )(\w+) = (?!Example)/gm);
  // The option of a resource is not an argument.
  const names = assigned.filter((name) => name !== "Provider").map(uncapitalized);
  return { declared: [...resources, ...functions].sort(), arguments: names.sort() };
}

/** The outputs that a C# program reads: `shop.IntegrationId`. */
export function outputsInCSharp(program: string): string[] {
  const read = matchesIn(withoutText(program), /\b(?:shop|found)\.(\w+)/g);
  return read.filter((name) => name !== "Apply").map(uncapitalized);
}

/** The input classes and choices that a C# program uses: `Inputs.LogErrorArgs`, `WhenRemoved.Release`. */
export function typesInCSharp(program: string): string[] {
  return matchesIn(program, /Pinterest\.(\w+\.(?!Invoke)\w+)/g);
}

/** All input classes and choices of the schema, as C# names them. */
export const csharpTypes = Object.entries(schema.types).flatMap(([token, { enum: choices }]) => {
  const name = lastPart(token);
  return choices?.map(({ value }) => `${name}.${capitalized(value)}`) ?? [`Inputs.${name}Args`];
});

/** HCL has lower case and underscores: `external_business_id = …`, and the data source `pinterest_integration` for `getIntegration`. */
export function namesInHcl(program: string): Names {
  const blocks = [...program.matchAll(/^(resource|data|provider) "(\w+)".*\{\n([\s\S]*?)^\}$/gm)];
  const declared = blocks.map(([, kind, name = ""]) => {
    if (kind === "provider") return name === "pinterest" ? "Provider" : name;
    const type = capitalized(camelCase(name.replace(/^pinterest_/, "")));
    return kind === "data" ? `get${type}` : type;
  });
  const names = blocks.flatMap(([, , , body = ""]) => argumentsInHcl(body));
  return { declared: declared.sort(), arguments: names.sort() };
}

/** The names in a block. Objects are blocks in it. */
function argumentsInHcl(body: string): string[] {
  const metaArguments = ["provider", "alias"];
  const values = matchesIn(body, /^ {2}(\w+) +=/gm).filter((name) => !metaArguments.includes(name));
  const objects = [...body.matchAll(/^ {2}(\w+) \{\n([\s\S]*?)^ {2}\}$/gm)];
  return [
    ...values.map(camelCase),
    ...objects.flatMap(([, name = "", inner = ""]) =>
      namesOfObject(camelCase(name), argumentsInHcl(inner.replace(/^ {2}/gm, ""))),
    ),
  ];
}

/** The outputs that an HCL program reads: `pinterest_commerce_integration.shop.integration_id`. */
export function outputsInHcl(program: string): string[] {
  const read = matchesIn(program, /pinterest_\w+\.\w+\.(.+)/g);
  return read.flatMap((path) => path.split("[*].")).map(camelCase);
}

/** The outputs of resources and functions, also those of the items in a list. */
export function outputsOf(declared: readonly string[]): string[] {
  return declared.flatMap((name) => {
    const token = `pinterest:${name}`;
    const { properties = {} } = resourceOf(token) ?? functionOf(token)?.outputs ?? {};
    const items = Object.values(properties).map(({ items = {} }) => typeOf(items)?.properties ?? {});
    return [properties, ...items].flatMap(Object.keys);
  });
}

function lastPart(token: string): string {
  return token.replace(/^.*:/, "");
}

/** A C# program with empty strings, and without comments. */
function withoutText(program: string): string {
  return program.replace(/"[^"]*"|\/\/.*$/gm, '""');
}

/** The first group of each match. */
function matchesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, group = ""]) => group);
}

function capitalized(name: string): string {
  return name.replace(/^./, (letter) => letter.toUpperCase());
}

function uncapitalized(name: string): string {
  return name.replace(/^./, (letter) => letter.toLowerCase());
}

/** `additional_id1`: `additionalId1`. */
function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_text, letter: string) => letter.toUpperCase());
}
