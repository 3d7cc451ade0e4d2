// All targets, and what the results say of each.
import type { Results } from "./results.mts";
import { floorVerdicts } from "./verdicts/floor.mts";
import { frontEndVerdicts } from "./verdicts/front-ends.mts";
import { manyAccountsVerdicts } from "./verdicts/many-accounts.mts";
import { memoryVerdicts } from "./verdicts/memory.mts";
import { oneAccountVerdicts } from "./verdicts/one-account.mts";
import { packageVerdicts } from "./verdicts/package.mts";
import { requestVerdicts } from "./verdicts/requests.mts";
import { stateVerdicts } from "./verdicts/state.mts";
import { straightforwardVerdicts } from "./verdicts/straightforward.mts";
import { sweepVerdicts } from "./verdicts/sweeps.mts";
import type { Verdict } from "./verdicts/verdict.mts";

export type { Verdict } from "./verdicts/verdict.mts";

export function verdictsOn(results: Results): readonly Verdict[] {
  return [
    ...floorVerdicts(results),
    ...straightforwardVerdicts(results),
    ...frontEndVerdicts(results),
    ...oneAccountVerdicts(results),
    ...manyAccountsVerdicts(results),
    ...requestVerdicts(results),
    ...stateVerdicts(results),
    ...memoryVerdicts(results),
    ...packageVerdicts(results),
    ...sweepVerdicts(results),
  ];
}

/** What was missed and no noise can explain. */
export function failures(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.filter(({ movable, passed }) => !movable && passed === false);
}
