import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const repository = resolve(__dirname, "../../..");

/** The directory of the examples in the schema's descriptions, with one directory for each resource and function. */
export const examples = join(repository, "scripts/schema/examples");

export interface Property {
  type?: string;
  $ref?: string;
  oneOf?: Property[];
  items?: Property;
  additionalProperties?: Property;
  description?: string;
  secret?: boolean;
  willReplaceOnChanges?: boolean;
  defaultInfo?: unknown;
}

export interface ObjectType {
  description?: string;
  properties: Record<string, Property>;
  required?: string[];
  enum?: { value: string }[];
}

export interface Resource extends ObjectType {
  inputProperties: Record<string, Property>;
  requiredInputs?: string[];
  stateInputs?: ObjectType;
  listInputs?: ObjectType;
  aliases?: { type: string }[];
}

export interface Schema {
  name: string;
  description: string;
  keywords: string[];
  config: { variables: Record<string, Property> };
  provider: Resource;
  resources: Record<string, Resource>;
  functions: Record<string, { description: string; inputs: ObjectType; outputs: ObjectType }>;
  types: Record<string, ObjectType>;
}

/** The plugin's schema. */
export const schema: Schema = JSON.parse(readFileSync(join(repository, "schema.json"), "utf8"));

/** The resource of a type token, with or without its module, or the provider. */
export function resourceOf(type: string): Resource | undefined {
  if (type === `pulumi:providers:${schema.name}`) return schema.provider;
  return schema.resources[withModule(type)];
}

export function functionOf(token: string): Schema["functions"][string] | undefined {
  return schema.functions[withModule(token)];
}

/** The named type that a property refers to, if any. An enumeration is an alternative to a string. */
export function typeOf({ $ref = "", oneOf = [] }: Property): ObjectType | undefined {
  const named = schema.types[$ref.replace("#/types/", "")];
  return named ?? oneOf.map(typeOf).find((alternative) => alternative?.enum);
}

function withModule(token: string): string {
  const [name, ...rest] = token.split(":");
  return rest.length === 1 ? [name, "index", ...rest].join(":") : token;
}
