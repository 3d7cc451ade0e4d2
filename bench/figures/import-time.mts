import type { Samples } from "../results.mts";
import { jsonOf, script } from "./child.mts";

/** How long `require("pulumi-pinterest")` takes on top of `@pulumi/pulumi`, in milliseconds. */
export async function importMs(repetitions: number): Promise<Samples> {
  const values: number[] = [];
  // The first one fills the computer's own caches.
  for (let repetition = -1; repetition < repetitions; repetition++) {
    const milliseconds = Number(await jsonOf(script("import-time.cjs")));
    if (repetition >= 0) values.push(Math.round(milliseconds * 10) / 10);
  }
  return { values };
}
