import { closest, distance } from "fastest-levenshtein";
import { fieldNames } from "../pinterest/fields";
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
  const nearest = nearestName(name, argumentNames);
  const hint = nearest === undefined ? "." : `; did you mean \`${nearest}\`?`;
  return `\`${name}\` is no argument of a commerce integration${hint} Allowed are: ${argumentNames.join(", ")}`;
}

/** Which of the allowed names is meant by one that is none of them; undefined where none is near. */
export function nearestName(name: string, allowed: readonly string[]): string | undefined {
  const nearest = closest(name, [...allowed]);
  return distance(name, nearest) <= Math.max(3, name.length / 2) ? nearest : undefined;
}
