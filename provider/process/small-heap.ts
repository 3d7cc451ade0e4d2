import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What tells Node.js how large the young generation may be: by it or by its part, a semi-space. */
const sizeOfYoungGeneration = /--(min|max)[-_]semi[-_]space[-_]size/;

/**
 * Keeps this process's young generation as small as V8 starts it. By itself it grows, and the heap after it, which takes 25 to 90 MB of
 * a provider process and saves it no time: it waits for the engine and for Pinterest. Whoever sets a size is left it.
 *
 * @param given the options that Node.js was started with.
 */
export function keepHeapSmall(
  given: readonly string[] = [...process.execArgv, process.env.NODE_OPTIONS ?? ""],
): void {
  if (given.some((option) => sizeOfYoungGeneration.test(option))) {
    return;
  }
  setFlagsFromString("--semi-space-growth-factor=1");
  // By the time that a provider is loaded the SDK has been, and the young generation has grown: this collection alone shrinks it.
  setFlagsFromString("--expose-gc");
  const collect: NodeJS.GCFunction = runInNewContext("gc");
  collect({ type: "major", flavor: "last-resort", execution: "sync" });
}
