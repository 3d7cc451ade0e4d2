import type { Observation } from "../observation";
import type { World } from "../world";
import { checkCleared, checkConverged, checkCreated } from "./integrations";
import { checkOwnership } from "./ownership";
import { checkSecrets } from "./secrets";
import { checkState } from "./state";
import { checkWrites } from "./writes";

/** Checks the promises that hold for all programs, also if several resources have one integration. @throws Error */
export function checkOwners(world: World, observation: Observation): void {
  checkSecrets(observation);
  checkOwnership(world, observation);
}

/** Checks all promises, for programs in which each integration has one resource. @throws Error */
export function checkValues(world: World, observation: Observation): void {
  checkOwners(world, observation);
  checkWrites(world, observation);
  checkCreated(observation);
  checkState(observation);
  checkConverged(world, observation);
  checkCleared(observation);
}
