import type { RequestEntry } from "../../emulator";
import type { Outcome, State } from "./engine";
import { rememberOutcome, rememberProgram } from "./memory";
import type { Holdings, Pinterest } from "./pinterest";
import { copyOf, type Program } from "./program";
import type { Command } from "./steps";
import type { World } from "./world";

/** What the engine and Pinterest hold at a time. */
export interface Situation {
  readonly state: State;
  readonly holdings: Holdings;
}

/** One run of the engine, with all that was before it and after it. */
export interface Observation {
  readonly command: Command;
  readonly outcome: Outcome;
  readonly program: Program;
  readonly notes: readonly string[];
  readonly requests: readonly RequestEntry[];
  readonly before: Situation;
  readonly after: Situation;
  /** What strangers changed since state was last refreshed, see {@link World.drifted}. */
  readonly drifted: ReadonlySet<string>;
  /** The program as the last `up` applied it, where nothing has failed since. */
  readonly applied: Program | undefined;
  /** The fields that any program of before or now gave, as `id/field`. */
  readonly everDeclared: ReadonlySet<string>;
  readonly pinterest: Pinterest;
}

/** How far apart two commands are that follow each other at once, and two that do not, in milliseconds. */
const pauses = { short: 2_000, long: 60_000 };

/** Runs a command of the engine and tells all of it. */
export async function run(world: World, command: Command): Promise<Observation> {
  const { pinterest, engine } = world;
  pinterest.pass(command.atOnce ? pauses.short : pauses.long);
  // What was deleted and is still shown would be taken for an integration that somebody has made.
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

/** Whether the command did all that it was to do. */
export function succeeded({ outcome }: Observation): boolean {
  return outcome.errors.length === 0 && !outcome.killed;
}
