import { converge } from "./converge";
import { FakeStack } from "./fake-stack";
import { checkDrift, checkPreviews, checkRefreshed } from "./invariants/drift";
import { succeeded } from "./observation";
import type { Pinterest } from "./pinterest";
import { CommandProcesses } from "./processes";
import type { Sequence } from "./sequence";
import { Tokens } from "./tokens";
import { type Check, World } from "./world";

/** Runs a sequence on the fake engine, from an empty Pinterest. @param check checks each command @throws Error if it broke a promise */
export async function playOnFakeEngine(
  pinterest: Pinterest,
  sequence: Sequence,
  check: Check,
): Promise<void> {
  pinterest.reset(sequence.switches);
  const { settings } = sequence;
  const tokens = new Tokens(pinterest);
  const stack = new FakeStack(
    settings.language,
    (command) => new CommandProcesses(pinterest, command, settings, tokens),
  );
  await play(new World(pinterest, stack, tokens, check), sequence);
}

/** Runs a sequence, and then checks that it converges. @throws Error if it broke a promise */
export async function play(world: World, { settings, actions }: Sequence): Promise<void> {
  const { emulator } = world.pinterest;
  for (const action of actions) {
    if (action.kind !== "run") {
      world.act(action);
      continue;
    }
    const { command } = action;
    const observation = await world.run(command);
    if (!settings.previews) continue;
    const canRead = emulator.faults().length === 0;
    if (command.do === "up" && succeeded(observation)) await checkPreviews(world, canRead);
    if (canRead && command.do === "preview" && command.refresh && !observation.isKilled)
      checkDrift(world, observation);
    if (canRead && command.do === "refresh" && succeeded(observation)) await checkRefreshed(world);
  }
  await converge(world);
}
