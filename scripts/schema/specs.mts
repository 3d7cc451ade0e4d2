// What the generator uses of the form of a Pulumi package schema.

/** A type, where it stands. */
export interface TypeSpec {
  type?: "string" | "number" | "integer" | "boolean" | "array" | "object";
  items?: TypeSpec;
  additionalProperties?: TypeSpec;
  oneOf?: TypeSpec[];
  $ref?: string;
}

/** A property of a resource, a function or a type. */
export interface PropertySpec extends TypeSpec {
  description?: string;
  secret?: true;
  /** Says that a change of it replaces the resource, which the provider itself decides. */
  willReplaceOnChanges?: true;
}

export type Properties = Record<string, PropertySpec>;

/** An object by its properties. */
export interface ObjectSpec {
  description?: string;
  type?: "object";
  properties: Properties;
  required?: string[];
}

/** A choice of texts. */
export interface EnumSpec {
  description?: string;
  type: "string";
  enum: { value: string }[];
}

export interface ResourceSpec extends ObjectSpec {
  inputProperties: Properties;
  requiredInputs?: string[];
  /** What a lookup may be told beside the id. */
  stateInputs?: ObjectSpec;
  /** By what the integrations of an account are listed. */
  listInputs?: ObjectSpec;
  /** Types under which state may have it, which generated SDKs take for the same. */
  aliases?: { type: string }[];
}

export interface FunctionSpec {
  description: string;
  inputs: ObjectSpec;
  outputs: ObjectSpec;
}

export type TypeTable = Record<string, ObjectSpec | EnumSpec>;
