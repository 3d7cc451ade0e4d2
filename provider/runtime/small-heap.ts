import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What tells Node.js how large the young generation may be: by it or by its part, a semi-space. */
const sizeOfYoungGeneration = /--(min|max)[-_]semi[-_]space[-_]size/;

/** By so many percent of what lives in it the old generation may grow before it is collected; by itself it may double, and more. */
const grownAtMost = 50;

/**
 * In milliseconds. The collection takes 50 of them in the SDK's process, for which a command on few integrations, which is over sooner,
 * would wait in vain.
 */
const shrunkAfter = 500;

/**
 * Keeps this process's heap small: the young generation as V8 starts it, and the old one little larger than what lives in it. By themselves
 * both grow, which takes 25 to 120 MB of a provider process and saves it no time: it waits for the engine and for Pinterest. Only where
 * Pinterest answers at once does a refresh of hundreds of accounts take longer for it. Whoever sets a size is left it.
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
  setFlagsFromString(`--heap-growing-percent=${grownAtMost}`);
  setTimeout(shrink, shrunkAfter).unref();
}

/** By the time that a provider is loaded the SDK has been, and the young generation has grown: this collection alone shrinks it. */
function shrink(): void {
  setFlagsFromString("--expose-gc");
  const collect: NodeJS.GCFunction = runInNewContext("gc");
  collect({ type: "major", flavor: "last-resort", execution: "sync" });
}
