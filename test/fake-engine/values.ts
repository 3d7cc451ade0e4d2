import { isDeepStrictEqual } from "node:util";
import {
  specialOutputValueSig,
  specialSecretSig,
  specialSigKey,
  unknownValue,
} from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * Property values in the engine's form: JSON in which a secret is an object with the engine's signature, and an unknown value is the
 * engine's sentinel string (sdk/go/common/resource/plugin/rpc.go).
 */
export type Bag = Record<string, unknown>;

export function toStruct(bag: Bag): Struct {
  return Struct.fromJavaScript(bag as never);
}

/** The properties of a message, with output values in the engine's form. */
export function fromStruct(message: Struct | undefined): Bag {
  return plainOutputs(message?.toJavaScript() ?? {}) as Bag;
}

function isObject(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSecret(value: unknown): value is { value: unknown } {
  return isObject(value) && value[specialSigKey] === specialSecretSig;
}

export function secret(value: unknown): unknown {
  return isSecret(value) ? value : { [specialSigKey]: specialSecretSig, value };
}

export const unknown = unknownValue;

export function isUnknown(value: unknown): boolean {
  return value === unknownValue;
}

export function containsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) ? Object.values(value).some(containsUnknown) : isUnknown(value);
}

function mapNested(value: unknown, map: (item: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item)]));
}

function plainOutputs(value: unknown): unknown {
  if (isObject(value) && value[specialSigKey] === specialOutputValueSig) {
    const inner = "value" in value ? plainOutputs(value.value) : unknownValue;
    return value.secret === true ? secret(inner) : inner;
  }
  if (isSecret(value)) return secret(plainOutputs(value.value));
  return mapNested(value, plainOutputs);
}

/** A value without the marks of its secrets, for providers that do not accept secrets. */
export function withoutSecrets(value: unknown): unknown {
  return isSecret(value) ? withoutSecrets(value.value) : mapNested(value, withoutSecrets);
}

function containsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(containsSecret);
  return isSecret(value) || (isObject(value) && Object.values(value).some(containsSecret));
}

/** Marks the properties that are secrets in `origin` (`annotateSecrets` in provider_plugin.go). */
export function annotateSecrets(bag: Bag, origin: Bag): Bag {
  const isPlain = (value: unknown): value is Bag => isObject(value) && !isSecret(value);
  const annotated = Object.entries(bag).map(([key, value]) => {
    const other = origin[key];
    if (isPlain(value) && isPlain(other)) return [key, annotateSecrets(value, other)];
    return [key, containsSecret(other) ? secret(value) : value];
  });
  return Object.fromEntries(annotated);
}

/** The difference of a property in a preview. */
export interface PropertyDifference {
  readonly kind: string;
  /** Whether the inputs were compared. */
  readonly inputDiff: boolean;
}

/** Compares inputs like the engine. @returns the differences of `news` from `olds`, by name */
export function differences(olds: Bag, news: Bag): Record<string, PropertyDifference> {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => !name.startsWith("__"),
  );
  return Object.fromEntries(
    names
      .filter((name) => !isDeepStrictEqual(olds[name], news[name]))
      .map((name) => {
        const kind = !(name in olds) ? "add" : !(name in news) ? "delete" : "update";
        return [name, { kind, inputDiff: true }];
      }),
  );
}

/** Whether `replaceOnChanges` names the property that changes, or a property that contains it. */
export function isReplacedOn(replaceOnChanges: readonly string[], path: string): boolean {
  const [name = ""] = path.split(/[.[]/);
  return replaceOnChanges.some((each) => {
    if (/[.[]/.test(each)) throw new Error(`unsupported: the path ${each} in replaceOnChanges`);
    return each === "*" || each === name;
  });
}

/** The kind of a difference that replaces the resource. */
export function replacing(kind: string): string {
  return kind.endsWith("-replace") ? kind : `${kind}-replace`;
}

/** New inputs with the old values of ignored properties. */
export function ignoring(names: readonly string[], olds: Bag, news: Bag): Bag {
  const inputs = { ...news };
  for (const name of names) {
    if (/[.[*]/.test(name)) throw new Error(`unsupported: the path ${name} in ignoreChanges`);
    if (name in olds) inputs[name] = olds[name];
    else delete inputs[name];
  }
  return inputs;
}
