/** @throws Error with the broken promise, unless it was kept */
export function ensure(isKept: boolean, promise: string, detail: string): asserts isKept {
  if (!isKept) throw new Error(`Violation of "${promise}": ${detail}`);
}
