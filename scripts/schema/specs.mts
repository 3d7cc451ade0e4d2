// The parts of Pulumi's package schema that the generator uses.

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
  /** Whether a change replaces the resource. Only documentation: the provider decides. */
  willReplaceOnChanges?: true;
}

export type Properties = Record<string, PropertySpec>;

export interface ObjectSpec {
  description?: string;
  type?: "object";
  properties: Properties;
  required?: string[];
}

export interface EnumSpec {
  description?: string;
  type: "string";
  enum: { value: string }[];
}

export interface ResourceSpec extends ObjectSpec {
  inputProperties: Properties;
  requiredInputs?: string[];
  /** Inputs of a lookup by ID (`get`). */
  stateInputs?: ObjectSpec;
  /** Filters of a list. */
  listInputs?: ObjectSpec;
  /** Other types of the resource in state. */
  aliases?: { type: string }[];
}

export interface FunctionSpec {
  description: string;
  inputs: ObjectSpec;
  outputs: ObjectSpec;
}

export type TypeTable = Record<string, ObjectSpec | EnumSpec>;
