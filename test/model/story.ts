import { converge } from "./converge";
import { edit, meddle } from "./edits";
import { checkDriftShown, checkPreviews, checkRefreshed, checkRun } from "./invariants";
import { type Observation, run, succeeded } from "./observation";
import type { Pinterest } from "./pinterest";
import type { Sequence } from "./steps";
import { World } from "./world";

/** Runs a sequence from an empty Pinterest, and then converges. @throws Violation */
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
        edit(world, action.edit);
        break;
      case "meddle":
        meddle(world, action.meddling);
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
        const seen = await run(world, action.command);
        checkRun(seen);
        const canRead = emulator.faults().length === 0;
        if (seen.command.do === "up" && succeeded(seen)) await checkPreviews(world, canRead);
        if (canRead && showsDrift(seen)) checkDriftShown(world, seen);
        if (canRead && seen.command.do === "refresh" && succeeded(seen)) await checkRefreshed(world);
      }
    }
  }
  await converge(world);
}

function showsDrift({ command, outcome }: Observation): boolean {
  return command.do === "preview" && command.refresh && !outcome.killed;
}
