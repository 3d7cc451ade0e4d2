import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type {
  EnumSpec,
  FunctionSpec,
  ObjectSpec,
  Properties,
  PropertySpec,
  ResourceSpec,
  TypeTable,
} from "./specs.mts";

/** The parts of a package schema that programs depend on. */
export interface ComparedSchema {
  readonly version: string;
  readonly config: { readonly variables: Properties };
  readonly provider: ResourceSpec;
  readonly resources: Readonly<Record<string, ResourceSpec>>;
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly types: TypeTable;
  readonly language: object;
}

/** The schema of the last release, which `npm run release:record` writes. It does not exist before the first release. */
export const releasedSchemaFile = join(import.meta.dirname, "released.json");

/** The breaking changes of `schema.json` since the last release, if its version does not allow them. */
export function unallowedChanges(repository: string): string[] {
  if (!existsSync(releasedSchemaFile)) return [];
  const released: ComparedSchema = JSON.parse(readFileSync(releasedSchemaFile, "utf8"));
  const schema: ComparedSchema = JSON.parse(readFileSync(join(repository, "schema.json"), "utf8"));
  return mayBreak(released.version, schema.version) ? [] : breakingChanges(released, schema);
}

/** Whether programs set the properties or read them. */
type Use = "input" | "output";

/** Whether a version may break programs of an earlier one: a new major version, or a new minor version before 1.0.0. */
export function mayBreak(earlier: string, version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [earlierMajor = 0, earlierMinor = 0] = earlier.split(".").map(Number);
  return major > earlierMajor || (major === 0 && earlierMajor === 0 && minor > earlierMinor);
}

/** The changes that break programs, or the state of their stacks, in the order of the schema. Descriptions do not count. */
export function breakingChanges(earlier: ComparedSchema, schema: ComparedSchema): string[] {
  return [
    ...(isDeepStrictEqual(earlier.language, schema.language)
      ? []
      : ["language: options of the generated SDKs changed"]),
    ...propertyChanges("config", earlier.config.variables, schema.config.variables, "input"),
    ...resourceChanges("provider", earlier.provider, schema.provider),
    ...eachOf(earlier.resources, schema.resources, resourceChanges),
    ...eachOf(earlier.functions, schema.functions, functionChanges),
    ...eachOf(earlier.types, schema.types, (name, before, after) =>
      typeChanges(name, before, after, usesOf(earlier, name)),
    ),
  ];
}

function eachOf<T>(
  earlier: Readonly<Record<string, T>>,
  current: Readonly<Record<string, T>>,
  changes: (name: string, before: T, after: T) => string[],
): string[] {
  return Object.entries(earlier).flatMap(([name, before]) => {
    const after = current[name];
    return after === undefined ? [`${name}: removed`] : changes(name, before, after);
  });
}

function resourceChanges(name: string, before: ResourceSpec, after: ResourceSpec): string[] {
  const aliases = (after.aliases ?? []).map(({ type }) => type);
  return [
    ...(before.aliases ?? [])
      .filter(({ type }) => !aliases.includes(type))
      .map(({ type }) => `${name}: alias ${type} removed`),
    ...objectChanges(`${name} input`, inputsOf(before), inputsOf(after), "input"),
    ...objectChanges(`${name} output`, before, after, "output"),
    ...objectChanges(`${name} lookup`, before.stateInputs, after.stateInputs, "input"),
    ...objectChanges(`${name} list`, before.listInputs, after.listInputs, "input"),
  ];
}

function inputsOf({ inputProperties, requiredInputs = [] }: ResourceSpec): ObjectSpec {
  return { properties: inputProperties, required: requiredInputs };
}

function functionChanges(name: string, before: FunctionSpec, after: FunctionSpec): string[] {
  return [
    ...objectChanges(`${name} input`, before.inputs, after.inputs, "input"),
    ...objectChanges(`${name} output`, before.outputs, after.outputs, "output"),
  ];
}

function typeChanges(
  name: string,
  before: ObjectSpec | EnumSpec,
  after: ObjectSpec | EnumSpec,
  uses: readonly Use[],
): string[] {
  if ("enum" in before && "enum" in after) {
    const values = after.enum.map(({ value }) => value);
    return before.enum
      .filter(({ value }) => !values.includes(value))
      .map(({ value }) => `${name}: value ${value} removed`);
  }
  if ("enum" in before || "enum" in after) return [`${name}: changed between an object and an enumeration`];
  return [...new Set(uses.flatMap((use) => objectChanges(name, before, after, use)))];
}

const nothing: ObjectSpec = { properties: {} };

function objectChanges(name: string, before = nothing, after = nothing, use: Use): string[] {
  const required = after.required ?? [];
  const earlierRequired = before.required ?? [];
  const requiredness =
    use === "input"
      ? required.filter((key) => !earlierRequired.includes(key)).map((key) => `${name} ${key}: now required`)
      : earlierRequired
          .filter((key) => key in after.properties && !required.includes(key))
          .map((key) => `${name} ${key}: no longer always set`);
  return [...propertyChanges(name, before.properties, after.properties, use), ...requiredness];
}

function propertyChanges(name: string, earlier: Properties, current: Properties, use: Use): string[] {
  return Object.entries(earlier).flatMap(([key, before]) => {
    const after = current[key];
    const path = `${name} ${key}`;
    if (after === undefined) return [`${path}: removed`];
    return [
      ...(isDeepStrictEqual(typeOf(before), typeOf(after)) ? [] : [`${path}: type changed`]),
      ...(before.secret && !after.secret ? [`${path}: no longer secret`] : []),
      ...(use === "input" && after.willReplaceOnChanges && !before.willReplaceOnChanges
        ? [`${path}: changes now replace the resource`]
        : []),
    ];
  });
}

function typeOf({ description: _, secret: __, willReplaceOnChanges: ___, ...type }: PropertySpec) {
  return type;
}

/** How programs use a named type, also within other types. */
function usesOf(schema: ComparedSchema, name: string): Use[] {
  const specs = [schema.provider, ...Object.values(schema.resources)];
  const functions = Object.values(schema.functions);
  const roots: Record<Use, unknown> = {
    input: [
      schema.config,
      ...specs.map(({ inputProperties, stateInputs, listInputs }) => [
        inputProperties,
        stateInputs,
        listInputs,
      ]),
      ...functions.map(({ inputs }) => inputs),
    ],
    output: [...specs.map(({ properties }) => properties), ...functions.map(({ outputs }) => outputs)],
  };
  return (["input", "output"] as const).filter((use) => namedTypesIn(roots[use], schema.types).has(name));
}

function namedTypesIn(part: unknown, types: TypeTable, found = new Set<string>()): Set<string> {
  for (const [, name = ""] of JSON.stringify(part).matchAll(/"#\/types\/([^"]+)"/g)) {
    if (found.has(name)) continue;
    found.add(name);
    namedTypesIn(types[name], types, found);
  }
  return found;
}
