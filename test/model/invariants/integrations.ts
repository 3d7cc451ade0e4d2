import { fields, isEquivalent } from "../fields";
import type { LiveIntegration } from "../pinterest";
import type { Declaration } from "../program";
import { ensure } from "../violation";
import { isDeployed, type Observation, succeeded, type World } from "../world";

/** Checks the integrations that Pinterest has after a command, even a failed one. */
export function checkIntegrations(world: World, observation: Observation): void {
  const { before, after, outcome } = observation;
  for (const [id, live] of after.integrations) {
    const previous = before.integrations.get(id);
    const declared = observation.program.find((each) => each.externalBusinessId === id);
    ensure(
      previous !== undefined || (declared !== undefined && live.owner === world.ownerOf(declared)),
      "only declared integrations are created",
      () => id,
    );
    const same = previous?.integrationId === live.integrationId ? previous : undefined;
    ensure(
      same !== undefined || outcome.isKilled || [...after.state.values()].some((each) => each.id === id),
      "a created integration is in state",
      () => id,
    );
    checkFields(world, observation, same, live, declared);
    ensure(
      previous === undefined ||
        previous.owner === live.owner ||
        (declared !== undefined && live.owner === world.ownerOf(declared)),
      "an integration changes its owner only if it is recreated",
      () => id,
    );
  }
}

function checkFields(
  world: World,
  observation: Observation,
  previous: LiveIntegration | undefined,
  live: LiveIntegration,
  declared: Declaration | undefined,
): void {
  const { externalBusinessId: id } = live;
  const wasPosted = observation.requests.some(
    ({ method, external_business_id }) => method === "POST" && external_business_id === id,
  );
  for (const { name } of fields) {
    const value = live.fields[name];
    const isAllowed =
      isEquivalent(name, value, previous?.fields[name]) ||
      (declared !== undefined &&
        name in declared.fields &&
        isEquivalent(name, value, declared.fields[name])) ||
      (value === undefined && (wasPosted || wasRemovedFromProgram(world, live, name, declared)));
    ensure(isAllowed, "a field has its previous value or the program's value", () => `${id}: ${name}`);
  }
}

/** Whether an earlier program declared the field, and the current one does not. */
function wasRemovedFromProgram(
  { everDeclared }: World,
  { externalBusinessId: id }: LiveIntegration,
  name: string,
  declared: Declaration | undefined,
): boolean {
  return declared !== undefined && !(name in declared.fields) && everDeclared.has(`${id}/${name}`);
}

/** Checks that Pinterest has the program's values after a successful `up`, except for drift that was not refreshed. */
export function checkConverged(world: World, observation: Observation): void {
  for (const declared of observation.program) {
    const { name, externalBusinessId: id } = declared;
    if (!isDeployed(observation, name)) continue;
    ensure(
      observation.after.state.get(name)?.id === id,
      "after an up, state has the program's resources",
      () => name,
    );
    if (observation.drifted.has(`${id}/*`)) continue;
    const live = observation.after.integrations.get(id);
    ensure(
      live !== undefined && live.owner === world.ownerOf(declared),
      "after an up, Pinterest has the program's integrations",
      () => id,
    );
    for (const field of Object.keys(declared.fields)) {
      ensure(
        observation.drifted.has(`${id}/${field}`) ||
          isEquivalent(field, live?.fields[field], declared.fields[field]),
        "after an up, Pinterest has the program's values",
        () => `${id}: ${field} is ${live?.fields[field]}, declared ${declared.fields[field]}`,
      );
    }
  }
  if (observation.command.do !== "up" || !succeeded(observation)) return;
  const names = observation.program.map(({ name }) => name);
  ensure(
    [...observation.after.state.keys()].every((name) => names.includes(name)),
    "after an up, state has only the program's resources",
    () => [...observation.after.state.keys()].join(),
  );
}

/** Checks that a field that was removed from the program is unset after a successful `up`, unless the program releases it. */
export function checkCleared(observation: Observation): void {
  for (const declared of observation.program) {
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
        () => `${id}: ${field}`,
      );
    }
  }
}
