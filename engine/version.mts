/** A version as three numbers; what follows a hyphen (a development build) is left out of comparisons. */
export type Version = readonly [major: number, minor: number, patch: number];

/** Reads `v3.259.0`, `3.260.0-alpha.1` or `go1.26.8`; a missing patch number is 0. Undefined when no version is there. */
export function parseVersion(text: string): Version | undefined {
  const match = /^\s*(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Whether `version` is `minimum` or newer. */
export function isAtLeast(version: Version, minimum: Version): boolean {
  for (const [index, part] of version.entries()) {
    const other = minimum[index] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

/** `[3, 259, 0]` as `3.259.0`. */
export function formatVersion(version: Version): string {
  return version.join(".");
}
