import { isSecretField } from "../provider/api";
import { containsUnknown, sameInput } from "../provider/lifecycle/values";
import type { DriftedProperty } from "./report";
import { isSecret } from "./state";
import type { Properties } from "./steps";

/** A string property; undefined if it is a secret, not known yet or not set. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && !containsUnknown(value) ? value : undefined;
}

type Bags = Pick<Properties, "inputs"> & Partial<Properties>;

/**
 * A property that differs. `program` is omitted if it is not known. Both values are omitted for a secret: a field that always is one, or one that the
 * program or state marks as secret.
 */
export function driftedProperty(name: string, program: Bags, live: Bags, state?: Bags): DriftedProperty {
  const known = [program.inputs, live.inputs, live.outputs, state?.inputs, state?.outputs];
  if (isSecretField(name) || known.some((bag) => isSecret(bag?.[name]))) return { name, secret: true };
  const [wanted, pinterest] = [program.inputs[name], live.inputs[name]];
  // State can have Pinterest's value already. Without the program, the deployed value is not known then.
  const isKnown = !containsUnknown(wanted) && !sameInput(name, wanted, pinterest);
  return { name, secret: false, ...(isKnown && { program: plain(wanted) }), pinterest: plain(pinterest) };
}

function plain(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : (value as string | number | boolean);
}
