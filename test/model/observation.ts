import type { RequestEntry } from "../../emulator";
import type { Outcome, State } from "./engine";
import type { Holdings, Pinterest } from "./pinterest";
import { copyOf, type Program } from "./program";
import type { Command } from "./steps";
import { fields, same } from "./vocabulary";
import type { World } from "./world";

/** One run of the engine, with all that was before it and after it. */
export interface Observation {
  readonly command: Command;
  readonly outcome: Outcome;
  readonly program: Program;
  readonly notes: readonly string[];
  readonly requests: readonly RequestEntry[];
  readonly before: { readonly state: State; readonly holdings: Holdings };
  readonly after: { readonly state: State; readonly holdings: Holdings };
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
  for (const { externalBusinessId, fields: given } of world.program.values()) {
    for (const name of Object.keys(given)) world.everDeclared.add(`${externalBusinessId}/${name}`);
  }
  if (command.do === "up") world.programs.push(copyOf(world.program));
  const outcome = await perform(world, command);
  if (isRefreshed(command, outcome)) world.forgetDrift();
  const after = { state: new Map(engine.state), holdings: pinterest.holdings() };
  for (const mark of unseenChanges(before.holdings, after, outcome)) world.drifted.add(mark);
  const { applied } = world;
  if (command.do !== "preview") world.applied = appliedBy(world, command, outcome);
  return {
    command,
    outcome,
    applied,
    program: copyOf(world.program),
    notes: world.notes,
    requests: pinterest.emulator.requests(),
    before,
    after,
    drifted: new Set(world.drifted),
    everDeclared: world.everDeclared,
    pinterest,
  };
}

/**
 * What the run itself changed without state knowing: all that a killed process did, and a deletion whose answer was lost.
 * A program that is put back to what state says makes the next plain `up` find nothing to do.
 */
function unseenChanges(before: Holdings, after: Observation["after"], { killed, errors }: Outcome): string[] {
  if (!killed && errors.length === 0) return [];
  return [...after.state.values()].flatMap(({ id }) => {
    const was = before.get(id);
    const is = after.holdings.get(id);
    if (is === undefined) return [`${id}/*`];
    if (!killed) return [];
    return fields
      .filter(({ name }) => !same(name, was?.fields[name], is.fields[name]))
      .map(({ name }) => `${id}/${name}`);
  });
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

function appliedBy(world: World, command: Command, outcome: Outcome): Program | undefined {
  if (outcome.errors.length > 0 || outcome.killed || command.do === "destroy") return undefined;
  return command.do === "up" ? copyOf(world.program) : world.applied;
}

function isRefreshed({ do: what, refresh }: Command, { errors, killed }: Outcome): boolean {
  return errors.length === 0 && !killed && (what === "refresh" || (what === "up" && refresh));
}

/** Whether the command did all that it was to do. */
export function succeeded({ outcome }: Observation): boolean {
  return outcome.errors.length === 0 && !outcome.killed;
}
