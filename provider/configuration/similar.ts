import { closest, distance } from "fastest-levenshtein";

/** Which of the known names of settings is meant by one that is none of them; undefined where none is near. */
export function similar(name: string, known: readonly string[]): string | undefined {
  const nearest = closest(
    name.toLowerCase(),
    known.map((candidate) => candidate.toLowerCase()),
  );
  return distance(name.toLowerCase(), nearest) <= 3
    ? known.find((candidate) => candidate.toLowerCase() === nearest)
    : undefined;
}
