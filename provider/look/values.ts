import { secretFieldNames } from "../lifecycle/bags";
import { containsUnknown } from "../lifecycle/unknown";
import { looksLikeToken } from "../pinterest/credentials/token-text";
import { isSecret } from "../stacks/secret-value";
import type { Properties } from "./engine-steps";
import type { DriftedProperty } from "./report";

/** A text property, nothing where it is a secret, not known yet or not set. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && !containsUnknown(value) ? value : undefined;
}

/** The name of an account, as {@link textOf}; nothing where a token stands in its place. */
export function accountOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined || looksLikeToken(text) ? undefined : text;
}

/**
 * A property that differs, with both values unless it is a secret: one of the fields that always are, or one that anything in state
 * or the program marks so.
 */
export function driftedProperty(
  name: string,
  program: Properties,
  live: Properties,
  state: Properties,
): DriftedProperty {
  const known = [program.inputs, live.inputs, live.outputs, state.inputs, state.outputs];
  if ((secretFieldNames as string[]).includes(name) || known.some((bag) => isSecret(bag[name]))) {
    return { name, secret: true };
  }
  const wanted = program.inputs[name];
  return {
    name,
    secret: false,
    ...(containsUnknown(wanted) ? {} : { program: plain(wanted) }),
    pinterest: plain(live.inputs[name]),
  };
}

function plain(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : (value as string | number | boolean);
}
