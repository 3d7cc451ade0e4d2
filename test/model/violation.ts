/** A broken promise. */
export class Violation extends Error {
  constructor(
    /** The promise, in a few words. */
    readonly promise: string,
    detail: string,
  ) {
    super(`Violation of "${promise}": ${detail}`);
  }
}

/** @throws Violation unless the promise was kept */
export function ensure(isKept: boolean, invariant: string, detail: () => string): void {
  if (!isKept) throw new Violation(invariant, detail());
}
