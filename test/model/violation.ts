/** A promise that was not kept. */
export class Violation extends Error {
  constructor(
    /** The promise in a few words. */
    readonly invariant: string,
    detail: string,
  ) {
    super(`Violation of "${invariant}": ${detail}`);
  }
}

/** @throws Violation unless the promise was kept */
export function ensure(kept: boolean, invariant: string, detail: () => string): void {
  if (!kept) throw new Violation(invariant, detail());
}
