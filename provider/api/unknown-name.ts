/** How many names a message suggests at most. */
const suggestedAtMost = 3;

/**
 * The allowed names that are nearest to a misspelled one, the nearest first, ignoring case. At most three, each at most one edit
 * farther than the nearest.
 *
 * @param edits how many letters may differ in the nearest.
 */
export function nearestNames(name: string, allowed: readonly string[], edits = 3): string[] {
  // A name can have a million characters. At least the difference in length is edits.
  if (!allowed.some((candidate) => Math.abs(candidate.length - name.length) <= edits)) return [];
  // Loaded on first use: most programs have no mistake.
  const { distance } = require("fastest-levenshtein") as typeof import("fastest-levenshtein");
  const candidates = allowed
    .map((candidate) => ({ candidate, away: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.away - right.away);
  const nearest = candidates[0]?.away ?? 0;
  if (nearest > edits) return [];
  return candidates
    .filter(({ away }) => away <= nearest + 1)
    .slice(0, suggestedAtMost)
    .map(({ candidate }) => candidate);
}

/** The nearest of the allowed names, or undefined if none is near. */
export function nearestName(name: string, allowed: readonly string[], edits?: number): string | undefined {
  return nearestNames(name, allowed, edits)[0];
}

/**
 * What is wrong with a name that is not allowed, as the end of a sentence that begins with it.
 *
 * @param what each of those allowed is: "argument of a log entry".
 */
export function problemWithUnknown(
  name: string,
  what: string,
  allowed: readonly string[],
  edits?: number,
): string {
  const nearest = nearestNames(name, allowed, edits);
  const hint = nearest.length === 0 ? `; use one of: ${allowed.join(", ")}` : didYouMean(nearest, "");
  return `is not ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}${hint}`;
}

/** The end of a part of a sentence that refuses a name: the suggestions, or `otherwise` if there are none. */
export function didYouMean(nearest: readonly string[], otherwise: string): string {
  if (nearest.length === 0) return otherwise;
  const names = new Intl.ListFormat("en-US", { type: "disjunction" }).format(
    nearest.map((name) => `\`${name}\``),
  );
  return `; did you mean ${names}?`;
}
