import type { RequestEntry } from "../../emulator";
import type { Outcome, State } from "./engine";
import { recordOutcome, recordProgram } from "./history";
import type { LiveIntegrations, Pinterest } from "./pinterest";
import { copyOf, type Program } from "./program";
import type { Command } from "./steps";
import type { World } from "./world";

/** The state and the integrations at Pinterest at one time. */
export interface Snapshot {
  readonly state: State;
  readonly integrations: LiveIntegrations;
}

/** One command of the engine, with the state and Pinterest before and after it. */
export interface Observation {
  readonly command: Command;
  readonly outcome: Outcome;
  readonly program: Program;
  readonly messages: readonly string[];
  readonly requests: readonly RequestEntry[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The drift since the last refresh. See {@link World.drifted}. */
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
  pinterest.advanceClock(command.withoutPause ? pauses.short : pauses.long);
  // A stale read of a deleted integration would look like a new one.
  pinterest.endStaleReadsOfDeleted();
  pinterest.emulator.clearRequests();
  world.messages = [];
  world.kill = command.kill;
  const before = { state: new Map(engine.state), integrations: pinterest.integrations() };
  recordProgram(world, command);
  const outcome = await runCommand(world, command);
  const after = { state: new Map(engine.state), integrations: pinterest.integrations() };
  return {
    command,
    outcome,
    ...recordOutcome(world, command, outcome, before, after),
    program: copyOf(world.program),
    messages: world.messages,
    requests: pinterest.emulator.requests(),
    before,
    after,
    pinterest,
  };
}

function runCommand({ engine, program }: World, command: Command): Promise<Outcome> {
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
