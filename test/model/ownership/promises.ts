import { ensure } from "../violation";
import { plainUp } from "./commands";
import { type Declaration, urnOf } from "./program";
import { type Deletion, isProtected, isSame, type Observation, type World } from "./world";

/**
 * Ends a sequence in which a resource changes its ID, and another one that holds its old ID is registered later in the program:
 *
 * - In languages other than TypeScript, programs record nothing, and the provider does not protect the integration.
 * - The engine does not tell the provider about a new ID of a resource that it is forced to replace, so the integration is not protected.
 * - In another account or provider, the deletion waits for that registration, and fails because this engine does one after the other.
 *
 * In two cases a sequence goes on without protection: in a `destroy --target` without the program, where an interrupted rename has left two
 * resources, and with `--target` in languages other than TypeScript.
 */
export class Unpromised extends Error {}

/** Checks what holds after every command. @throws Violation @throws Unpromised */
export async function checkPromises(world: World, seen: Observation): Promise<void> {
  for (const deletion of seen.deletions) checkDeletion(world, seen, deletion);
  checkDeleteLimit(seen);
  checkOrphans(world);
  const { command, targets, outcome } = seen;
  if (
    outcome.errors.some(({ message }) => message.includes("in another account or provider, and may hold it"))
  )
    throw new Unpromised("the deletion waits for a later registration");
  if (outcome.killed || outcome.errors.length > 0 || targets !== undefined) return;
  if (command.do === "up") await checkDeployed(world);
  if (command.do === "destroy") checkDestroyed(world);
}

/** What the program declares is deleted only to replace that resource, or if the user destroys it. */
function checkDeletion(world: World, seen: Observation, deletion: Deletion): void {
  const { command, targets } = seen;
  if (command.do === "destroy" && (targets === undefined || !command.runProgram)) return;
  if (!isProtected(world.language, command)) return;
  ensure(
    command.do === "destroy" ? isDestroyed(world, seen, deletion) : isReplaced(world, seen, deletion),
    "what the program declares is deleted only to replace it, or by a destroy of it",
    () => `${deletion.integration.externalBusinessId}, by ${deletion.call.urn}`,
  );
}

/** Whether `destroy --run-program --target` may delete an integration. */
function isDestroyed(world: World, seen: Observation, deletion: Deletion): boolean {
  const { before, targets } = seen;
  const { isDeclared, others, holding } = declarationsOf(world, seen, deletion);
  if (holding.some((each) => targets?.has(urnOf(each)) === false)) return false;
  const pending = others.filter((each) => inState(before, each) === undefined);
  return isDeclared || pending.length === 0;
}

/** Whether an update may delete an integration. */
function isReplaced(world: World, seen: Observation, deletion: Deletion): boolean {
  const { program, before } = seen;
  const { urn, replaces } = deletion.call;
  const { isDeclared, others, holding } = declarationsOf(world, seen, deletion);
  if (isDeclared) return replaces;
  const urns = program.map(urnOf);
  const isLater = (each: Declaration) => replaces && urns.indexOf(urnOf(each)) > urns.indexOf(urn);
  if (holding.length > 0) {
    const { tainted = false } = deletion.call.resource ?? {};
    const isForced = tainted || (seen.command.replaceTargets && seen.targets?.has(urn) === true);
    const isExcluded = world.language === "yaml" || isForced;
    if (!isExcluded || !holding.every(isLater)) return false;
    throw new Unpromised("the resource that holds it is registered after the replacement");
  }
  // A replacement takes the ID from a resource that changes to it, or that is registered later: both are created after the deletion.
  const known = replaces
    ? others.filter((each) => !isLater(each) && inState(before, each) === undefined)
    : others;
  return known.length === 0;
}

/** Which resources of the program declare an integration that was deleted. */
function declarationsOf(world: World, { before }: Observation, { integration, call, holders }: Deletion) {
  const declared = world.declarations(integration);
  const others = declared.filter(({ alias, ...each }) => ![urnOf(each), alias].includes(call.urn));
  const holding = others.filter((each) => {
    const urns = before.has(urnOf(each)) ? [urnOf(each)] : [urnOf(each), each.alias];
    return holders.some(({ urn }) => urns.includes(urn));
  });
  return { isDeclared: others.length < declared.length, others, holding };
}

function inState(state: Observation["before"], declared: Declaration) {
  const { alias } = declared;
  return state.get(urnOf(declared)) ?? (alias === undefined ? undefined : state.get(alias));
}

function checkDeleteLimit({ command: { deleteLimit }, writes }: Observation): void {
  const deletes = writes.filter((write) => write.startsWith("DELETE"));
  ensure(
    deleteLimit === undefined || deletes.length <= deleteLimit,
    "no more deletions are sent than the delete limit allows",
    () => `${deletes.length} instead of ${deleteLimit}: ${deletes.join()}`,
  );
}

/** Each integration has a resource in state. */
function checkOrphans(world: World): void {
  for (const integration of world.integrations()) {
    if (world.holders(integration).length > 0) continue;
    ensure(false, "each integration has a resource in state", () => integration.externalBusinessId);
  }
}

/** After an `up`, Pinterest has what the program declares and nothing else, and another `up` writes nothing. */
async function checkDeployed(world: World): Promise<void> {
  checkDeclared(world);
  const { outcome, writes } = await world.run(plainUp);
  ensure(outcome.errors.length === 0, "an up after an up succeeds", () => outcome.errors.join());
  ensure(writes.length === 0, "an up after an up writes nothing", () => writes.join());
  checkDeclared(world);
}

function checkDeclared(world: World): void {
  const present = world.integrations();
  for (const declaration of world.program) {
    const { tag } = declaration;
    const declared = world.declared(declaration);
    const live = present.find((each) => isSame(each, declared));
    if (live?.tag === tag) world.confirm(declared);
    ensure(
      live?.tag === tag || world.isUncertain(declared),
      "after an up Pinterest has what the program declares",
      () => `${declared.externalBusinessId} has ${live?.tag} instead of ${tag}`,
    );
  }
  for (const integration of present) {
    ensure(
      world.declarations(integration).length > 0,
      "after an up Pinterest has nothing that left the program",
      () => integration.externalBusinessId,
    );
  }
}

function checkDestroyed(world: World): void {
  const left = world.integrations().map(({ externalBusinessId }) => externalBusinessId);
  ensure(left.length === 0, "a destroy leaves nothing at Pinterest", () => left.join());
  const { state, replaced } = world.engine;
  ensure(state.size + replaced.length === 0, "a destroy leaves nothing in state", () =>
    [...state.keys()].join(),
  );
}

/** The next `up` that nothing interrupts converges with `adopt`, unless an ID belongs to two owners. It may need a refresh. */
export async function checkConverges(world: World): Promise<void> {
  world.program = world.program.map((declared) => ({ ...declared, adopt: true }));
  const owners = new Map<string, string>();
  const all = [
    ...world.program.map((each) => world.declared(each)),
    ...[...world.engine.state.values(), ...world.engine.replaced].map((each) => world.held(each)),
    ...world.everything(),
  ];
  for (const { externalBusinessId, owner } of all) {
    if ((owners.get(externalBusinessId) ?? owner) !== owner) return;
    owners.set(externalBusinessId, owner);
  }
  if (!world.engine.holders().every((resource) => world.isDeletable(resource))) return;
  const failures: Error[] = [];
  for (const isFirst of [true, false]) {
    if (world.hasUncertain || !isFirst) {
      await checkPromises(world, await world.run({ ...plainUp, do: "refresh" }));
    }
    const seen = await world.run(plainUp);
    await checkPromises(world, seen);
    failures.push(...seen.outcome.errors);
    if (seen.outcome.errors.length === 0) return;
  }
  ensure(false, "an up converges, if necessary after a refresh", () => failures.join("\n"));
}
