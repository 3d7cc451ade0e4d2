import { type Observation, run } from "../observation";
import type { World } from "../world";
import { checkDrift, checkEmptyPreview } from "./drift";
import { checkCleared, checkConverged, checkDestroyed, checkHoldings, checkOrphans } from "./holdings";
import { checkSecrets } from "./secrets";
import { checkState } from "./state";
import { checkPreview, checkWrites } from "./writes";

/** Everything that holds after any run of the engine. @throws Violation */
export function checkRun(seen: Observation): void {
  for (const check of [
    checkSecrets,
    checkPreview,
    checkWrites,
    checkHoldings,
    checkOrphans,
    checkState,
    checkConverged,
    checkCleared,
    checkDestroyed,
  ]) {
    check(seen);
  }
}

/** What previews have to show after an `up` that succeeded; with refresh only where nothing keeps Pinterest from answering. */
export async function checkPreviews(world: World, canRead: boolean): Promise<void> {
  const preview = { do: "preview", continueOnError: false, atOnce: true } as const;
  const plain = await run(world, { ...preview, refresh: false });
  checkRun(plain);
  checkEmptyPreview(plain.outcome);
  if (!canRead) return;
  const refreshed = await run(world, { ...preview, refresh: true });
  checkRun(refreshed);
  checkDrift(refreshed.outcome, world.program, refreshed.before.holdings, world.pinterest);
}
