import { converge } from "./converge";
import { applyEdit, applyExternalChange } from "./edits";
import { checkDriftShown, checkPreviews, checkRefreshed, checkRun } from "./invariants";
import { type Observation, run, succeeded } from "./observation";
import type { Pinterest } from "./pinterest";
import type { Sequence } from "./steps";
import { World } from "./world";

/** Runs a sequence from an empty Pinterest, and then checks that it converges. @throws Violation */
export async function play(
  pinterest: Pinterest,
  { switches, maxAttempts, actions }: Sequence,
): Promise<void> {
  pinterest.reset(switches);
  const { emulator } = pinterest;
  const world = new World(pinterest, maxAttempts);
  for (const action of actions) {
    switch (action.kind) {
      case "edit":
        applyEdit(world, action.edit);
        break;
      case "externalChange":
        applyExternalChange(world, action.change);
        break;
      case "arm":
        emulator.armFault(action.fault);
        break;
      case "fix":
        emulator.disarmFaults();
        break;
      case "switch":
        emulator.setSwitches(action.switches);
        break;
      case "run": {
        const observation = await run(world, action.command);
        checkRun(observation);
        const canRead = emulator.faults().length === 0;
        if (observation.command.do === "up" && succeeded(observation)) await checkPreviews(world, canRead);
        if (canRead && showsDrift(observation)) checkDriftShown(world, observation);
        if (canRead && observation.command.do === "refresh" && succeeded(observation))
          await checkRefreshed(world);
      }
    }
  }
  await converge(world);
}

function showsDrift({ command, outcome }: Observation): boolean {
  return command.do === "preview" && command.refresh && !outcome.killed;
}
