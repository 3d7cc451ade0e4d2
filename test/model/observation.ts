import type { RequestEntry } from "../../emulator";
import type { Outcome, State } from "./engine";
import { rememberOutcome, rememberProgram } from "./memory";
import type { Holdings, Pinterest } from "./pinterest";
import { copyOf, type Program } from "./program";
import type { Command } from "./steps";
import type { World } from "./world";

/** The state and Pinterest at one time. */
export interface Situation {
  readonly state: State;
  readonly holdings: Holdings;
}

/** One command of the engine, with the state and Pinterest before and after it. */
export interface Observation {
  readonly command: Command;
  readonly outcome: Outcome;
  readonly program: Program;
  readonly notes: readonly string[];
  readonly requests: readonly RequestEntry[];
  readonly before: Situation;
  readonly after: Situation;
  /** The drift since the last refresh, see {@link World.drifted}. */
  readonly drifted: ReadonlySet<string>;
  /** The program of the last `up`, if nothing has failed since. */
  readonly applied: Program | undefined;
  /** The fields that this or an earlier program declared, as `id/field`. */
  readonly everDeclared: ReadonlySet<string>;
  readonly pinterest: Pinterest;
}

/** The time between two commands, without and with a pause, in milliseconds. */
const pauses = { short: 2_000, long: 60_000 };

/** Runs a command of the engine. */
export async function run(world: World, command: Command): Promise<Observation> {
  const { pinterest, engine } = world;
  pinterest.pass(command.atOnce ? pauses.short : pauses.long);
  // A stale read of a deleted integration would look like a new one.
  pinterest.settleDeletions();
  pinterest.emulator.clearRequests();
  world.notes = [];
  world.kill = command.kill;
  const before = { state: new Map(engine.state), holdings: pinterest.holdings() };
  rememberProgram(world, command);
  const outcome = await perform(world, command);
  const after = { state: new Map(engine.state), holdings: pinterest.holdings() };
  return {
    command,
    outcome,
    ...rememberOutcome(world, command, outcome, before, after),
    program: copyOf(world.program),
    notes: world.notes,
    requests: pinterest.emulator.requests(),
    before,
    after,
    pinterest,
  };
}

function perform({ engine, program }: World, command: Command): Promise<Outcome> {
  switch (command.do) {
    case "up":
      return engine.up(program, command);
    case "refresh":
      return engine.refresh();
    case "destroy":
      return engine.destroy(command);
    case "preview":
      return engine.preview(program, command);
  }
}

/** Whether the command succeeded. */
export function succeeded({ outcome }: Observation): boolean {
  return outcome.errors.length === 0 && !outcome.killed;
}
