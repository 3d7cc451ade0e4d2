import type { Outcome } from "./engine";
import type { Observation, Situation } from "./observation";
import { copyOf, type Program } from "./program";
import type { Command } from "./steps";
import { fields, same } from "./vocabulary";
import type { World } from "./world";

/** Notes what a command is about to run. */
export function rememberProgram(world: World, command: Command): void {
  for (const { externalBusinessId, fields: given } of world.program.values()) {
    for (const name of Object.keys(given)) world.everDeclared.add(`${externalBusinessId}/${name}`);
  }
  if (command.do === "up") world.programs.push(copyOf(world.program));
}

/** Notes what came of a command, and tells what of it counts for the promises. */
export function rememberOutcome(
  world: World,
  command: Command,
  outcome: Outcome,
  before: Situation,
  after: Situation,
): Pick<Observation, "applied" | "drifted" | "everDeclared"> {
  if (isRefreshed(command, outcome)) world.forgetDrift(outcome.unread);
  for (const mark of unseenChanges(before, after, outcome)) world.drifted.add(mark);
  const { applied, everDeclared } = world;
  if (command.do !== "preview") world.applied = appliedBy(world, command, outcome);
  return { applied, drifted: new Set(world.drifted), everDeclared };
}

/**
 * What the run itself changed without state knowing: all that a killed process did, and a deletion whose answer was lost.
 * A program that is put back to what state says makes the next plain `up` find nothing to do.
 */
function unseenChanges(before: Situation, after: Situation, { killed, errors }: Outcome): string[] {
  if (!killed && errors.length === 0) return [];
  return [...after.state.values()].flatMap(({ id }) => {
    const was = before.holdings.get(id);
    const is = after.holdings.get(id);
    if (is === undefined) return [`${id}/*`];
    if (!killed) return [];
    return fields
      .filter(({ name }) => !same(name, was?.fields[name], is.fields[name]))
      .map(({ name }) => `${id}/${name}`);
  });
}

function appliedBy(world: World, command: Command, outcome: Outcome): Program | undefined {
  if (outcome.errors.length > 0 || outcome.killed || command.do === "destroy") return undefined;
  return command.do === "up" ? copyOf(world.program) : world.applied;
}

function isRefreshed({ do: what, refresh }: Command, { errors, killed }: Outcome): boolean {
  return errors.length === 0 && !killed && (what === "refresh" || (what === "up" && refresh));
}
