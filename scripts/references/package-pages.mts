import type * as keyTable from "../../provider/config/keys.ts";
import type { Declarations } from "../schema/declarations.mts";
import type {
  EnumSpec,
  FunctionSpec,
  ObjectSpec,
  Properties,
  PropertySpec,
  ResourceSpec,
  TypeSpec,
} from "../schema/specs.mts";
import { alternatives, code, either, page, prose, table } from "./markdown.mts";

/** The part of the schema of the plugin's package that the pages use. */
export interface PackageSchema {
  readonly config: { readonly variables: Properties };
  readonly provider: ResourceSpec;
  readonly resources: Readonly<Record<string, ResourceSpec>>;
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly types: Readonly<Record<string, ObjectSpec | EnumSpec>>;
}

/** All keys of the configuration. */
export function configurationPage(
  { configurationKeyNames, rowOf, environmentVariable, fullKey }: typeof keyTable,
  schema: PackageSchema,
  declarations: Declarations,
): string {
  const { variables } = schema.config;
  const rows = configurationKeyNames.map((key) => {
    const symbol = declarations.type("ProviderArgs").getProperty(key);
    const property = variables[key];
    if (symbol === undefined || property === undefined)
      throw new Error(`${key} is not an argument of Provider`);
    return {
      "key or environment variable": `${code(fullKey(key))} or ${code(environmentVariable(key))}`,
      type: `${typeText(property, schema)}${rowOf(key).secret ? ", secret" : ""}`,
      default: declarations.default(symbol) ?? "",
      meaning: declarations.text(symbol),
    };
  });
  return page(
    "Configuration keys",
    prose(
      "This page is for users who need the name, type, limit or default of a key. For how to set a key, and which value wins, see [configuration](../configuration.md). An explicit provider takes the names without " +
        "`pinterest:` as arguments.",
    ),
    table(rows),
    ...typesUsedBy(Object.values(variables), schema).map((name) => typeSection(name, schema)),
  );
}

/** The name of a resource, function or type without its package and module. */
export function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}

/** A table of properties. */
export function propertyTable(
  { properties, required = [] }: Pick<ObjectSpec, "properties" | "required">,
  schema: PackageSchema,
  column: { readonly name: string; readonly required: string },
): string {
  const rows = Object.entries(properties).map(([name, property]) => ({
    [column.name]: code(name),
    type: typeText(property, schema),
    [column.required]: required.includes(name) ? "yes" : "",
    secret: property.secret ? "yes" : "",
    meaning: property.description ?? "",
  }));
  return table(rows);
}

/** A section about an object type. */
export function typeSection(token: string, schema: PackageSchema): string {
  const type = schema.types[token] as ObjectSpec;
  const columns = { name: "property", required: "required" };
  return [`## ${nameOf(token)}`, prose(type.description ?? ""), propertyTable(type, schema, columns)].join(
    "\n\n",
  );
}

/** The object types that properties refer to, also through other types. */
export function typesUsedBy(properties: readonly PropertySpec[], schema: PackageSchema): string[] {
  const found = new Set<string>();
  const visit = (type: TypeSpec | undefined): void => {
    if (type === undefined) return;
    for (const part of [type.items, type.additionalProperties, ...(type.oneOf ?? [])]) visit(part);
    const token = tokenOf(type);
    const named = token === undefined ? undefined : schema.types[token];
    if (token === undefined || named === undefined || "enum" in named || found.has(token)) return;
    found.add(token);
    for (const property of Object.values(named.properties)) visit(property);
  };
  for (const property of properties) visit(property);
  return [...found];
}

/** A type in words. */
export function typeText(type: TypeSpec, schema: PackageSchema): string {
  const choices = type.oneOf?.map(tokenOf).flatMap((token) => enumValues(token, schema));
  if (choices?.length) return alternatives(choices);
  if (type.oneOf !== undefined) return either(type.oneOf.map((part) => typeText(part, schema)));
  if (type.items !== undefined) return `list of ${several(type.items, schema)}`;
  if (type.additionalProperties !== undefined) {
    const isAny = type.additionalProperties.$ref?.startsWith("pulumi.json") === true;
    return isAny ? "object" : `map of ${several(type.additionalProperties, schema)}`;
  }
  const token = tokenOf(type);
  if (token === undefined) return type.type ?? "any";
  return `[${nameOf(token)}](#${nameOf(token).toLowerCase()})`;
}

function several(type: TypeSpec, schema: PackageSchema): string {
  const text = typeText(type, schema);
  if (type.oneOf !== undefined) return `(${text})`;
  return type.type === undefined ? text : `${text}s`;
}

/** The values of an enumeration. Empty for other types. */
function enumValues(token: string | undefined, schema: PackageSchema): string[] {
  const named = schema.types[token ?? ""];
  return named !== undefined && "enum" in named ? named.enum.map(({ value }) => value) : [];
}

/** The token of a type of the package. */
function tokenOf({ $ref }: TypeSpec): string | undefined {
  return $ref?.startsWith("#/types/") ? $ref.slice("#/types/".length) : undefined;
}
