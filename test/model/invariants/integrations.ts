import { ensure } from "../ensure";
import { isEquivalent } from "../fields";
import { isDeployed, type Observation, succeeded } from "../observation";
import type { World } from "../world";

/** Checks that state has each integration that a command has created. */
export function checkCreated({ before, after, isKilled }: Observation): void {
  if (isKilled) return;
  const idsInState = new Set([...after.state.values()].map(({ id }) => id));
  for (const [id, { integrationId }] of after.integrations) {
    const isNew = before.integrations.get(id)?.integrationId !== integrationId;
    ensure(!isNew || idsInState.has(id), "a created integration is in state", id);
  }
}

/** Checks that Pinterest has the program's values of each resource that an `up` has deployed, except for drift that was not refreshed. */
export function checkConverged(world: World, observation: Observation): void {
  for (const declared of observation.declared) {
    const { name, externalBusinessId: id } = declared;
    if (!isDeployed(observation, name)) continue;
    ensure(
      observation.after.state.get(name)?.id === id,
      "after an up, state has the program's resources",
      name,
    );
    if (observation.drifted.has(`${id}/*`)) continue;
    const live = observation.after.integrations.get(id);
    ensure(
      live !== undefined && live.owner === world.ownerOf(declared),
      "after an up, Pinterest has the program's integrations",
      id,
    );
    for (const field of Object.keys(declared.fields)) {
      ensure(
        observation.drifted.has(`${id}/${field}`) ||
          isEquivalent(field, live?.fields[field], declared.fields[field]),
        "after an up, Pinterest has the program's values",
        `${id}: ${field} is ${live?.fields[field]}, declared ${declared.fields[field]}`,
      );
    }
  }
  if (observation.command.do !== "up" || !succeeded(observation)) return;
  const names = observation.declared.map(({ name }) => name);
  ensure(
    [...observation.after.state.keys()].every((name) => names.includes(name)),
    "after an up, state has only the program's resources",
    [...observation.after.state.keys()].join(),
  );
}

/** Checks that a field that was removed from the program is unset after an `up` has deployed its resource, unless the program releases it. */
export function checkCleared(observation: Observation): void {
  for (const declared of observation.declared) {
    const { name, externalBusinessId: id } = declared;
    const previous = observation.applied?.find((each) => each.name === name);
    if (!isDeployed(observation, name) || declared.whenRemoved === "release") continue;
    if (previous?.externalBusinessId !== id) continue;
    const removed = Object.keys(previous.fields).filter((field) => !(field in declared.fields));
    for (const field of removed) {
      ensure(
        observation.drifted.has(`${id}/*`) ||
          observation.drifted.has(`${id}/${field}`) ||
          observation.after.integrations.get(id)?.fields[field] === undefined,
        "a field that was removed from the program is cleared",
        `${id}: ${field}`,
      );
    }
  }
}
