import { isDeepStrictEqual } from "node:util";
import { type Observation, run } from "../observation";
import type { World } from "../world";
import { checkDrift, checkEmptyPreview } from "./drift";
import {
  checkCleared,
  checkConverged,
  checkDestroyed,
  checkIntegrations,
  checkOrphans,
} from "./integrations";
import { checkSecrets } from "./secrets";
import { checkState } from "./state";
import { checkPreview, checkWrites } from "./writes";

/** Checks the promises that hold after each command of the engine. @throws Violation */
export function checkRun(observation: Observation): void {
  for (const check of [
    checkSecrets,
    checkPreview,
    checkWrites,
    checkIntegrations,
    checkOrphans,
    checkState,
    checkConverged,
    checkCleared,
    checkDestroyed,
  ]) {
    check(observation);
  }
}

const preview = { do: "preview", continueOnError: false, withoutPause: true } as const;

/** Checks previews after a successful `up`, with a refresh only if Pinterest can respond. */
export async function checkPreviews(world: World, canRead: boolean): Promise<void> {
  const plain = await run(world, { ...preview, refresh: false });
  checkRun(plain);
  checkEmptyPreview(plain.outcome);
  if (canRead) await checkRefreshed(world);
}

/** Checks a preview with a refresh. */
export async function checkRefreshed(world: World): Promise<void> {
  const observation = await run(world, { ...preview, refresh: true });
  checkRun(observation);
  checkDriftShown(world, observation);
}

/** Whether the drift is known: only other users have changed integrations since the program was deployed. */
export function checkDriftShown({ applied, program, pinterest }: World, observation: Observation): void {
  if (applied === undefined || !isDeepStrictEqual([...applied], [...program])) return;
  checkDrift(observation.outcome, program, observation.before.integrations, pinterest);
}
