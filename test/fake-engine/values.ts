// Property values: resource.PropertyMap in sdk/go/common/resource, in the form in which plugin/rpc.go sends them. Assets, archives and output values are
// missing, because these tests do not use them.
import { isDeepStrictEqual } from "node:util";
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * Property values in the engine's form: JSON in which a secret is an object with the engine's signature, and an unknown value is the
 * engine's sentinel string (sdk/go/common/resource/plugin/rpc.go).
 */
export type Bag = Record<string, unknown>;

export function toStruct(bag: Bag): Struct {
  return Struct.fromJavaScript(bag as never);
}

export function fromStruct(message: Struct | undefined): Bag {
  return (message?.toJavaScript() ?? {}) as Bag;
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
  return isObject(value) ? Object.values(value).some(containsUnknown) : isUnknown(value);
}

function mapNested(value: unknown, map: (item: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item)]));
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
