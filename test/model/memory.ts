import type { Outcome } from "./engine";
import type { Observation, Situation } from "./observation";
import { copyOf, type Program } from "./program";
import type { Command } from "./steps";
import { fields, same } from "./vocabulary";
import type { World } from "./world";

/** Records the program of a command before it runs. */
export function rememberProgram(world: World, command: Command): void {
  for (const { externalBusinessId, fields: given } of world.program.values()) {
    for (const name of Object.keys(given)) world.everDeclared.add(`${externalBusinessId}/${name}`);
  }
  if (command.do === "up") world.programs.push(copyOf(world.program));
}

/** Records the outcome of a command. @returns what the promises depend on. */
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
 * Changes of this run that are not in state: all writes of a killed process, and a deletion whose answer was lost. If the program is changed back to
 * the values in state, the next `up` without a refresh finds no change.
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
