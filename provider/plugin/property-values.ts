import type { Bag } from "../base/bag";
import { parseIfJson } from "../base/json";
import { secretsAmong } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";
import { encodedSecret, secretSignature, signatureKey, unknownValue } from "../run/constants";
import { Struct } from "../run/sdk-libraries";

/** The strings that stand for unknown values, one for each type (`UnknownStringValue` and others in Pulumi's sdk/go plugin/rpc.go). */
const unknownStrings: ReadonlySet<unknown> = new Set([
  unknownValue,
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** The properties in a message of the engine. */
export interface Properties {
  /** Plain values. Unknown values of all types are {@link unknownValue}. */
  readonly values: Bag;
  /** The names of the properties that are secret or contain a secret. */
  readonly secrets: ReadonlySet<string>;
}

export function decode(struct: Struct | undefined): Properties {
  const secrets = new Set<string>();
  const entries = Object.entries((struct?.toJavaScript() ?? {}) as Bag).map(([name, encoded]) => [
    name,
    decodedValue(encoded, () => secrets.add(name)),
  ]);
  return { values: Object.fromEntries(entries), secrets };
}

/**
 * Decodes the arguments of a provider. The SDK for Java passes a secret that is not a string as JSON of its encoded form, such as
 * `{"4dabf…": "1b470…", "value": {"north": "pina_…"}}`, which becomes `{"north":"pina_…"}`.
 */
export function decodeArguments(struct: Struct | undefined): Properties {
  const { values, secrets } = decode(struct);
  const allSecrets = new Set(secrets);
  const entries = Object.entries(values).map(([name, value]) => {
    const parsed = typeof value === "string" && value.includes(signatureKey) ? parseIfJson(value) : undefined;
    const plain = parsed && JSON.stringify(decodedValue(parsed, () => allSecrets.add(name)));
    return [name, plain ?? value];
  });
  return { values: Object.fromEntries(entries), secrets: allSecrets };
}

/** The plain values of properties. */
export function bagOf(struct: Struct | undefined): Bag {
  return decode(struct).values;
}

/**
 * Encodes properties for the engine. All unknown values become the unknown string, because Node's SDK recognizes no other (`unknownValue`
 * in its runtime/rpc.ts).
 *
 * @param secrets the names of properties that are secret, in addition to those that always are.
 */
export function encode(values: Bag, secrets: Iterable<string> = []): Struct {
  const secretNames = new Set([...secrets, ...secretsAmong(values)]);
  const entries = Object.entries(values).map(([name, value]) => {
    const encoded = containsUnknown(value) ? unknownValue : value;
    return [name, secretNames.has(name) ? encodedSecret(encoded) : encoded];
  });
  return Struct.fromJavaScript(Object.fromEntries(entries));
}

/** Removes null values, which some languages send for omitted arguments. */
export function withoutNulls(values: Bag): Bag {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function decodedValue(encoded: unknown, onSecret: () => void): unknown {
  if (unknownStrings.has(encoded)) return unknownValue;
  if (typeof encoded !== "object" || encoded === null) return encoded;
  if (Array.isArray(encoded)) return encoded.map((item) => decodedValue(item, onSecret));
  const bag = encoded as Bag;
  if (bag[signatureKey] === secretSignature) {
    onSecret();
    return decodedValue(bag.value, onSecret);
  }
  const entries = Object.entries(bag).map(([key, value]) => [key, decodedValue(value, onSecret)]);
  return Object.fromEntries(entries);
}
