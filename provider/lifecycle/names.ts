import { fieldNames } from "../api/fields";
import { nearestNames, problemWithUnknown } from "../api/message-text";
import { computedNames } from "./bags";

/** Everything a program may say of a commerce integration. */
export const argumentNames: readonly string[] = [
  "externalBusinessId",
  ...fieldNames,
  "account",
  "adopt",
  "whenRemoved",
];

/**
 * What is wrong with an argument's name, or nothing. Names that begin with two underscores are the engine's or the
 * provider's own and pass.
 */
export function problemWithName(name: string): string | undefined {
  if (argumentNames.includes(name) || name.startsWith("__")) {
    return undefined;
  }
  if ((computedNames as readonly string[]).includes(name)) {
    return `\`${name}\` is set by Pinterest and cannot be given; remove it`;
  }
  return `\`${name}\` ${problemWithUnknown(name, "argument of a commerce integration", argumentNames, editsOf(name))}`;
}

/** The arguments that a misspelled name may mean. */
export function nearestArguments(name: string, allowed: readonly string[]): string[] {
  return nearestNames(name, allowed, editsOf(name));
}

/** Half of a long name may differ, such as `external_business_id`. */
function editsOf(name: string): number {
  return Math.max(3, name.length / 2);
}
