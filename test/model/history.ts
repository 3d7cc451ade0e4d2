import type { Outcome } from "./engine";
import { fields, isEquivalent } from "./fields";
import type { Observation, Snapshot } from "./observation";
import { copyOf, type Program } from "./program";
import type { Command } from "./steps";
import type { World } from "./world";

/** Records the program of a command before it runs. */
export function recordProgram(world: World, command: Command): void {
  for (const { externalBusinessId, fields: declaredFields } of world.program.values()) {
    for (const name of Object.keys(declaredFields)) world.everDeclared.add(`${externalBusinessId}/${name}`);
  }
  if (command.do === "up") world.programs.push(copyOf(world.program));
}

/** Records the outcome of a command. @returns the history for the checks */
export function recordOutcome(
  world: World,
  command: Command,
  outcome: Outcome,
  before: Snapshot,
  after: Snapshot,
): Pick<Observation, "applied" | "drifted" | "everDeclared"> {
  if (isRefreshed(command, outcome)) world.clearDrift(outcome.unread);
  for (const change of changesMissingInState(before, after, outcome)) world.drifted.add(change);
  const { applied, everDeclared } = world;
  if (command.do !== "preview") world.applied = deployedProgram(world, command, outcome);
  return { applied, drifted: new Set(world.drifted), everDeclared };
}

/**
 * Changes of this run that are not in state: all writes of a killed process, and a deletion whose response was lost. If the program is
 * reverted to the values in state, the next `up` without a refresh finds no change.
 */
function changesMissingInState(before: Snapshot, after: Snapshot, { killed, errors }: Outcome): string[] {
  if (!killed && errors.length === 0) return [];
  return [...after.state.values()].flatMap(({ id }) => {
    const previous = before.integrations.get(id);
    const live = after.integrations.get(id);
    if (live === undefined) return [`${id}/*`];
    if (!killed) return [];
    return fields
      .filter(({ name }) => !isEquivalent(name, previous?.fields[name], live.fields[name]))
      .map(({ name }) => `${id}/${name}`);
  });
}

function deployedProgram(world: World, command: Command, outcome: Outcome): Program | undefined {
  if (outcome.errors.length > 0 || outcome.killed || command.do === "destroy") return undefined;
  return command.do === "up" ? copyOf(world.program) : world.applied;
}

function isRefreshed({ do: command, refresh }: Command, { errors, killed }: Outcome): boolean {
  return errors.length === 0 && !killed && (command === "refresh" || (command === "up" && refresh));
}
