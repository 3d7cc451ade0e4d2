import type {
  EnumSpec,
  FunctionSpec,
  ObjectSpec,
  Properties,
  PropertySpec,
  ResourceSpec,
  TypeSpec,
} from "../schema/specs.mts";
import { alternatives, code, either, prose, table } from "./markdown.mts";

/** What the pages use of the schema of the plugin's package. */
export interface PackageSchema {
  readonly config: { readonly variables: Properties };
  readonly provider: ResourceSpec;
  readonly resources: Readonly<Record<string, ResourceSpec>>;
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly types: Readonly<Record<string, ObjectSpec | EnumSpec>>;
}

/** The name of a resource, function or type without its package and module. */
export function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}

/** A description without its examples, which Pulumi's documentation shows in several languages. */
export function withoutExamples(description = ""): string {
  return description.split("{{% examples %}}")[0]?.trim() ?? "";
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
  if (type.oneOf !== undefined) return either(type.oneOf.map((part) => typeText(part, schema)));
  if (type.items !== undefined) return `list of ${several(type.items, schema)}`;
  if (type.additionalProperties !== undefined) {
    const isAny = type.additionalProperties.$ref?.startsWith("pulumi.json") === true;
    return isAny ? "object" : `map of ${several(type.additionalProperties, schema)}`;
  }
  const token = tokenOf(type);
  if (token === undefined) return type.type ?? "any";
  const named = schema.types[token];
  if (named !== undefined && "enum" in named) return alternatives(named.enum.map(({ value }) => value));
  return `[${nameOf(token)}](#${nameOf(token).toLowerCase()})`;
}

function several(type: TypeSpec, schema: PackageSchema): string {
  const text = typeText(type, schema);
  if (type.oneOf !== undefined) return `(${text})`;
  return type.type === undefined ? text : `${text}s`;
}

/** The token of a type of the package. */
function tokenOf({ $ref }: TypeSpec): string | undefined {
  return $ref?.startsWith("#/types/") ? $ref.slice("#/types/".length) : undefined;
}
