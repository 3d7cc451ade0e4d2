/**
 * Which of the allowed names is meant by one that is none of them, however it is capitalized.
 *
 * @param edits how many letters may differ at most.
 * @returns undefined where none is so near.
 */
export function nearestName(name: string, allowed: readonly string[], edits = 3): string | undefined {
  if (allowed.length === 0) return undefined;
  // Who makes no mistake does not wait for it to load.
  const { closest, distance } = require("fastest-levenshtein") as typeof import("fastest-levenshtein");
  const wanted = name.toLowerCase();
  const nearest = closest(
    wanted,
    allowed.map((candidate) => candidate.toLowerCase()),
  );
  return distance(wanted, nearest) <= edits
    ? allowed.find((candidate) => candidate.toLowerCase() === nearest)
    : undefined;
}

/**
 * What is wrong with a name that is none of those allowed, as the end of a sentence that begins with it.
 *
 * @param what each of those allowed is: "argument of a log entry".
 */
export function problemWithUnknown(
  name: string,
  what: string,
  allowed: readonly string[],
  edits?: number,
): string {
  return `is no ${what}${didYouMean(nearestName(name, allowed, edits), ";")} allowed are: ${allowed.join(", ")}`;
}

/** The end of a part of a sentence that refuses a name: what is meant, or what stands there where nothing is near. */
export function didYouMean(nearest: string | undefined, otherwise: "." | ";"): string {
  return nearest === undefined ? otherwise : `; did you mean \`${nearest}\`?`;
}
