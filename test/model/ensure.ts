/** Throws an error that names the promise if it is broken. */
export function ensure(isKept: boolean, promise: string, detail: string): asserts isKept {
  if (!isKept) throw new Error(`Violation of "${promise}": ${detail}`);
}
