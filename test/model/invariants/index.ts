import { isDeepStrictEqual } from "node:util";
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

const preview = { do: "preview", continueOnError: false, atOnce: true } as const;

/** What previews have to show after an `up` that succeeded; with refresh only where nothing keeps Pinterest from answering. */
export async function checkPreviews(world: World, canRead: boolean): Promise<void> {
  const plain = await run(world, { ...preview, refresh: false });
  checkRun(plain);
  checkEmptyPreview(plain.outcome);
  if (canRead) await checkRefreshed(world);
}

/** What a preview with refresh has to show. */
export async function checkRefreshed(world: World): Promise<void> {
  const seen = await run(world, { ...preview, refresh: true });
  checkRun(seen);
  checkDriftShown(world, seen);
}

/** Drift can be told where nothing but strangers has changed anything since the program was applied. */
export function checkDriftShown({ applied, program, pinterest }: World, seen: Observation): void {
  if (applied === undefined || !isDeepStrictEqual([...applied], [...program])) return;
  checkDrift(seen.outcome, program, seen.before.holdings, pinterest);
}
