import { converge } from "./converge";
import { edit, meddle } from "./edits";
import { checkPreviews, checkRun } from "./invariants";
import { run, succeeded } from "./observation";
import type { Pinterest } from "./pinterest";
import type { Sequence } from "./steps";
import { World } from "./world";

/** Plays a sequence from an empty Pinterest, and then lets everything come to rest. @throws Violation */
export async function play(pinterest: Pinterest, { switches, actions }: Sequence): Promise<void> {
  pinterest.reset(switches);
  const { emulator } = pinterest;
  const world = new World(pinterest);
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
      case "mend":
        emulator.disarmFaults();
        break;
      case "switch":
        emulator.setSwitches(action.switches);
        break;
      case "run": {
        const seen = await run(world, action.command);
        checkRun(seen);
        if (seen.command.do === "up" && succeeded(seen)) {
          await checkPreviews(world, emulator.faults().length === 0);
        }
      }
    }
  }
  await converge(world);
}
