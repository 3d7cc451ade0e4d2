import { type Observation, succeeded } from "../observation";
import type { Held } from "../pinterest";
import type { Declaration } from "../program";
import { ensure } from "../violation";
import { fields, same } from "../vocabulary";

/** Checks the integrations at Pinterest after any failure. */
export function checkHoldings(seen: Observation): void {
  const { before, after } = seen;
  for (const id of new Set([...before.holdings.keys(), ...after.holdings.keys()])) {
    const was = before.holdings.get(id);
    const is = after.holdings.get(id);
    const declared = [...seen.program.values()].find((each) => each.externalBusinessId === id);
    const held = [...before.state.values()].find((resource) => resource.id === id);
    if (is === undefined) {
      ensure(held !== undefined, "nothing is deleted that was not in state", () => id);
      continue;
    }
    ensure(
      was !== undefined || (declared !== undefined && is.owner === seen.pinterest.ownerOf(declared.account)),
      "nothing is made that the program does not declare",
      () => id,
    );
    checkFields(id, was?.number === is.number ? was : undefined, is, declared, seen);
    checkOwner(id, was, is, declared, seen);
  }
}

function checkFields(
  id: string,
  was: Held | undefined,
  is: Held,
  declared: Declaration | undefined,
  seen: Observation,
): void {
  const wasPosted = seen.requests.some(
    ({ method, external_business_id }) => method === "POST" && external_business_id === id,
  );
  for (const { name } of fields) {
    const value = is.fields[name];
    const isAllowed =
      same(name, value, was?.fields[name]) ||
      (declared !== undefined && name in declared.fields && same(name, value, declared.fields[name])) ||
      (value === undefined && (wasPosted || isLeft(seen, id, name, declared)));
    ensure(isAllowed, "a field holds what it held, or what the program says", () => `${id}: ${name}`);
  }
}

/** Whether an earlier program declared the field, and the current one does not. */
function isLeft(
  { everDeclared }: Observation,
  id: string,
  name: string,
  declared: Declaration | undefined,
): boolean {
  return declared !== undefined && !(name in declared.fields) && everDeclared.has(`${id}/${name}`);
}

function checkOwner(
  id: string,
  was: Held | undefined,
  is: Held,
  declared: Declaration | undefined,
  seen: Observation,
): void {
  if (was === undefined || was.owner === is.owner) return;
  ensure(
    declared !== undefined && is.owner === seen.pinterest.ownerOf(declared.account),
    "an integration changes owners only if it is recreated",
    () => id,
  );
}

/** No integration is orphaned: what a command created, or what was in state, is in state afterwards. */
export function checkOrphans(seen: Observation): void {
  const { before, after, outcome } = seen;
  const ids = (state: typeof before.state) => new Set([...state.values()].map(({ id }) => id));
  const known = ids(before.state);
  const kept = ids(after.state);
  for (const [id, is] of after.holdings) {
    const made = before.holdings.get(id)?.number !== is.number;
    const isOurs = known.has(id) && before.holdings.get(id)?.owner === is.owner && isFamiliar(seen, id, is);
    if (made) ensure(kept.has(id) || outcome.killed, "what was made is in state", () => id);
    else if (isOurs) ensure(kept.has(id), "what was in state and still stands is in state", () => id);
  }
}

/** Whether the account in state belongs to the integration's owner. */
function isFamiliar({ before, pinterest }: Observation, id: string, is: Held): boolean {
  return [...before.state.values()].some(
    (resource) =>
      resource.id === id && pinterest.ownerOf(resource.outputs.account as string | undefined) === is.owner,
  );
}

/** After a successful `up`, Pinterest has what the program declares, except for drift that was not refreshed. */
export function checkConverged(seen: Observation): void {
  if (seen.command.do !== "up" || !succeeded(seen)) return;
  for (const [name, declared] of seen.program) {
    const id = declared.externalBusinessId;
    ensure(
      seen.after.state.get(name)?.id === id,
      "after an up state holds the program's resources",
      () => name,
    );
    if (seen.drifted.has(`${id}/*`)) continue;
    const is = seen.after.holdings.get(id);
    ensure(
      is !== undefined && is.owner === seen.pinterest.ownerOf(declared.account),
      "after an up Pinterest holds the program's integrations",
      () => id,
    );
    for (const field of Object.keys(declared.fields)) {
      ensure(
        seen.drifted.has(`${id}/${field}`) || same(field, is?.fields[field], declared.fields[field]),
        "after an up Pinterest holds what the program says",
        () => `${id}: ${field} is ${is?.fields[field]}, declared ${declared.fields[field]}`,
      );
    }
  }
  ensure(
    [...seen.after.state.keys()].every((name) => seen.program.has(name)),
    "after an up state holds nothing else",
    () => [...seen.after.state.keys()].join(),
  );
}

/** A field that left the program is unset after a successful `up`, unless the program releases it. */
export function checkCleared(seen: Observation): void {
  if (seen.command.do !== "up" || !succeeded(seen) || seen.applied === undefined) return;
  for (const [name, declared] of seen.program) {
    const id = declared.externalBusinessId;
    const previous = seen.applied.get(name);
    if (previous?.externalBusinessId !== id || declared.whenRemoved === "release") continue;
    const left = Object.keys(previous.fields).filter((field) => !(field in declared.fields));
    for (const field of left) {
      ensure(
        seen.drifted.has(`${id}/*`) ||
          seen.drifted.has(`${id}/${field}`) ||
          seen.after.holdings.get(id)?.fields[field] === undefined,
        "a field that left the program is cleared",
        () => `${id}: ${field}`,
      );
    }
  }
}

/** After a successful destroy, no integration of the state is left. */
export function checkDestroyed(seen: Observation): void {
  if (seen.command.do !== "destroy" || !succeeded(seen)) return;
  ensure(seen.after.state.size === 0, "a destroy empties state", () => [...seen.after.state.keys()].join());
  for (const resource of seen.before.state.values()) {
    const is = seen.after.holdings.get(resource.id);
    ensure(is === undefined || !isFamiliar(seen, resource.id, is), "a destroy deletes", () => resource.id);
  }
}
