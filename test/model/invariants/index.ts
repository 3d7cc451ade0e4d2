import { isDeepStrictEqual } from "node:util";
import { plainUp } from "../sequence";
import type { Observation, World } from "../world";
import { checkDrift, checkEmptyPreview } from "./drift";
import { checkCleared, checkConverged, checkCreated } from "./integrations";
import { checkOwnership } from "./ownership";
import { checkSecrets } from "./secrets";
import { checkState } from "./state";
import { checkWrites } from "./writes";

/** Checks the promises after each command of the engine. @throws Violation */
export function checkCommand(world: World, observation: Observation): void {
  checkSecrets(observation);
  checkOwnership(world, observation);
}

/** Checks the promises for programs in which each integration has one resource. @throws Violation */
export function checkValues(world: World, observation: Observation): void {
  checkCommand(world, observation);
  checkWrites(world, observation);
  checkCreated(observation);
  checkState(observation);
  checkConverged(world, observation);
  checkCleared(observation);
}

/** Checks previews after a successful `up`, with a refresh only if Pinterest can respond. */
export async function checkPreviews(world: World, canRead: boolean): Promise<void> {
  const { outcome } = await world.run({ ...plainUp, do: "preview", withoutPause: true });
  checkEmptyPreview(outcome);
  if (canRead) await checkRefreshed(world);
}

/** Checks a preview with a refresh. */
export async function checkRefreshed(world: World): Promise<void> {
  checkDriftShown(world, await world.run({ ...plainUp, do: "preview", refresh: true, withoutPause: true }));
}

/** Checks the drift that a preview shows, if only other users have changed integrations since the program was deployed. */
export function checkDriftShown(world: World, { outcome, program }: Observation): void {
  if (world.applied !== undefined && isDeepStrictEqual(world.applied, program))
    checkDrift(world, program, outcome);
}
