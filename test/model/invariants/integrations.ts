import { fields, isEquivalent } from "../fields";
import { type Observation, succeeded } from "../observation";
import type { LiveIntegration } from "../pinterest";
import type { Declaration } from "../program";
import { ensure } from "../violation";

/** Checks the integrations at Pinterest after any failure. */
export function checkIntegrations(observation: Observation): void {
  const { before, after } = observation;
  for (const id of new Set([...before.integrations.keys(), ...after.integrations.keys()])) {
    const previous = before.integrations.get(id);
    const live = after.integrations.get(id);
    const declared = [...observation.program.values()].find((each) => each.externalBusinessId === id);
    const resource = [...before.state.values()].find((resource) => resource.id === id);
    if (live === undefined) {
      ensure(resource !== undefined, "only integrations in state are deleted", () => id);
      continue;
    }
    ensure(
      previous !== undefined ||
        (declared !== undefined && live.owner === observation.pinterest.ownerOf(declared.account)),
      "only declared integrations are created",
      () => id,
    );
    checkFields(
      id,
      previous?.integrationId === live.integrationId ? previous : undefined,
      live,
      declared,
      observation,
    );
    checkOwner(id, previous, live, declared, observation);
  }
}

function checkFields(
  id: string,
  previous: LiveIntegration | undefined,
  live: LiveIntegration,
  declared: Declaration | undefined,
  observation: Observation,
): void {
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
      (value === undefined && (wasPosted || wasRemovedFromProgram(observation, id, name, declared)));
    ensure(isAllowed, "a field has its previous value or the program's value", () => `${id}: ${name}`);
  }
}

/** Whether an earlier program declared the field, and the current one does not. */
function wasRemovedFromProgram(
  { everDeclared }: Observation,
  id: string,
  name: string,
  declared: Declaration | undefined,
): boolean {
  return declared !== undefined && !(name in declared.fields) && everDeclared.has(`${id}/${name}`);
}

function checkOwner(
  id: string,
  previous: LiveIntegration | undefined,
  live: LiveIntegration,
  declared: Declaration | undefined,
  observation: Observation,
): void {
  if (previous === undefined || previous.owner === live.owner) return;
  ensure(
    declared !== undefined && live.owner === observation.pinterest.ownerOf(declared.account),
    "an integration changes its owner only if it is recreated",
    () => id,
  );
}

/** Checks that no integration is orphaned: integrations that a command created or that were in state are in state afterwards. */
export function checkOrphans(observation: Observation): void {
  const { before, after, outcome } = observation;
  const ids = (state: typeof before.state) => new Set([...state.values()].map(({ id }) => id));
  const idsBefore = ids(before.state);
  const idsAfter = ids(after.state);
  for (const [id, live] of after.integrations) {
    const isNew = before.integrations.get(id)?.integrationId !== live.integrationId;
    const isOurs =
      idsBefore.has(id) &&
      before.integrations.get(id)?.owner === live.owner &&
      isOwnedByAccountInState(observation, id, live);
    if (isNew) ensure(idsAfter.has(id) || outcome.killed, "a created integration is in state", () => id);
    else if (isOurs) ensure(idsAfter.has(id), "an existing integration stays in state", () => id);
  }
}

/** Whether the account in state belongs to the integration's owner. */
function isOwnedByAccountInState(
  { before, pinterest }: Observation,
  id: string,
  live: LiveIntegration,
): boolean {
  return [...before.state.values()].some(
    (resource) =>
      resource.id === id && pinterest.ownerOf(resource.outputs.account as string | undefined) === live.owner,
  );
}

/** Checks that Pinterest has the program's values after a successful `up`, except for drift that was not refreshed. */
export function checkConverged(observation: Observation): void {
  if (observation.command.do !== "up" || !succeeded(observation)) return;
  for (const [name, declared] of observation.program) {
    const id = declared.externalBusinessId;
    ensure(
      observation.after.state.get(name)?.id === id,
      "after an up, state has the program's resources",
      () => name,
    );
    if (observation.drifted.has(`${id}/*`)) continue;
    const live = observation.after.integrations.get(id);
    ensure(
      live !== undefined && live.owner === observation.pinterest.ownerOf(declared.account),
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
  ensure(
    [...observation.after.state.keys()].every((name) => observation.program.has(name)),
    "after an up, state has only the program's resources",
    () => [...observation.after.state.keys()].join(),
  );
}

/** Checks that a field that was removed from the program is unset after a successful `up`, unless the program releases it. */
export function checkCleared(observation: Observation): void {
  if (observation.command.do !== "up" || !succeeded(observation) || observation.applied === undefined) return;
  for (const [name, declared] of observation.program) {
    const id = declared.externalBusinessId;
    const previous = observation.applied.get(name);
    if (previous?.externalBusinessId !== id || declared.whenRemoved === "release") continue;
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

/** Checks that a successful destroy deletes all integrations in state. */
export function checkDestroyed(observation: Observation): void {
  if (observation.command.do !== "destroy" || !succeeded(observation)) return;
  ensure(observation.after.state.size === 0, "a destroy empties state", () =>
    [...observation.after.state.keys()].join(),
  );
  for (const resource of observation.before.state.values()) {
    const live = observation.after.integrations.get(resource.id);
    ensure(
      live === undefined || !isOwnedByAccountInState(observation, resource.id, live),
      "a destroy deletes",
      () => resource.id,
    );
  }
}
