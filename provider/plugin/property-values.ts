import type { Bag } from "../lifecycle/outputs";
import { containsUnknown, unknownValue } from "../lifecycle/values";
import { Struct } from "./sdk-libraries";
import { outputSignature, secretSignature, signatureKey, unknownTexts } from "./signatures";

/** Properties as the engine sends them, taken apart by kind. */
export interface Properties {
  /** Plain values. What is not known yet is the lifecycle's unknown value, whatever its type. */
  readonly values: Bag;
  /** The names of those that are secret, or hold a secret anywhere inside. */
  readonly secrets: ReadonlySet<string>;
}

/** Takes a message's properties apart; none where the message has none. */
export function decode(struct: Struct | undefined): Properties {
  const secrets = new Set<string>();
  const entries = Object.entries((struct?.toJavaScript() ?? {}) as Bag).map(([name, wire]) => [
    name,
    plain(wire, () => secrets.add(name)),
  ]);
  return { values: Object.fromEntries(entries), secrets };
}

/**
 * Puts properties together as the engine wants them. What is undefined is left out: the message cannot carry it. What is not known
 * stands there as an unknown text, whatever its type: Node's SDK takes no other for unknown (`unknownValue` in its runtime/rpc).
 *
 * @param secrets the names of those that are secret, as a whole.
 */
export function encode(values: Bag, secrets: Iterable<string> = []): Struct {
  const secretNames = new Set(secrets);
  const entries = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const wire = containsUnknown(value) ? unknownTexts.string : withoutUndefined(value);
      return [name, secretNames.has(name) ? encodedSecret(wire) : wire];
    });
  return Struct.fromJavaScript(Object.fromEntries(entries));
}

/** Arguments as they are given: languages whose arguments are optional send null for one that is left out. */
export function withoutNulls(values: Bag): Bag {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** A value as a secret in a message. */
export function encodedSecret(value: unknown): Bag {
  return { [signatureKey]: secretSignature, value };
}

const unknowns: ReadonlySet<unknown> = new Set(Object.values(unknownTexts));

function plain(wire: unknown, foundSecret: () => void): unknown {
  if (unknowns.has(wire)) return unknownValue;
  if (typeof wire !== "object" || wire === null) return wire;
  if (Array.isArray(wire)) return wire.map((item) => plain(item, foundSecret));
  const { [signatureKey]: signature, ...bag } = wire as Bag;
  if (signature === secretSignature) {
    foundSecret();
    return plain(bag.value, foundSecret);
  }
  if (signature === outputSignature) {
    if (bag.secret === true) foundSecret();
    return "value" in bag ? plain(bag.value, foundSecret) : unknownValue;
  }
  return Object.fromEntries(Object.entries(wire).map(([key, value]) => [key, plain(value, foundSecret)]));
}

function withoutUndefined(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutUndefined);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutUndefined(item)]));
}
