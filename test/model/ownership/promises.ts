import { keyOf } from "../../../provider/lifecycle/outputs";
import { ensure } from "../violation";
import { plainUp } from "./commands";
import { bagOf, type Declaration, urnOf } from "./program";
import { type Deletion, isProtected, isSame, type Observation, type World } from "./world";

/**
 * Stops a sequence that the promises exclude: a resource changes its ID, and another resource that uses the old ID is registered later in the
 * program.
 *
 * - In languages other than TypeScript, programs record nothing, and the provider does not protect the integration.
 * - The provider cannot distinguish the declaration from that of a forced replacement, if it is in the same account and provider.
 * - In another account or provider, the deletion waits for that registration. It fails, because this engine registers resources sequentially.
 *
 * Two cases are not excluded, but also not protected: a `destroy --target` without the program after an interrupted rename left two
 * resources, and `--target` in languages other than TypeScript.
 */
export class ExcludedSequence extends Error {}

/** Checks the promises after a command. @throws Violation @throws ExcludedSequence */
export async function checkPromises(world: World, observation: Observation): Promise<void> {
  for (const deletion of observation.deletions) checkDeletion(world, observation, deletion);
  checkDeleteLimit(observation);
  checkOrphans(world);
  const { command, targets, outcome } = observation;
  if (
    outcome.errors.some(({ message }) => message.includes("in another account or provider, and may hold it"))
  )
    throw new ExcludedSequence("the deletion waits for a later registration");
  if (outcome.killed || outcome.errors.length > 0 || targets !== undefined) return;
  if (command.do === "up") await checkDeployed(world);
  if (command.do === "destroy") checkDestroyed(world);
}

/** Checks that a declared integration is deleted only for a replacement of its resource, or if the user destroys it. */
function checkDeletion(world: World, observation: Observation, deletion: Deletion): void {
  const { command, targets } = observation;
  if (command.do === "destroy" && (targets === undefined || !command.runProgram)) return;
  if (!isProtected(world.language, command)) return;
  ensure(
    command.do === "destroy"
      ? isDestroyed(world, observation, deletion)
      : isReplaced(world, observation, deletion),
    "a declared integration is deleted only for a replacement, or by a destroy",
    () => `${deletion.integration.externalBusinessId}, by ${deletion.call.urn}`,
  );
}

/** Whether `destroy --run-program --target` may delete an integration. */
function isDestroyed(world: World, observation: Observation, deletion: Deletion): boolean {
  const { before, targets } = observation;
  const { isDeclared, others, holding: declaringInState } = declarationsOf(world, observation, deletion);
  if (declaringInState.some((each) => targets?.has(urnOf(each)) === false)) return false;
  const pending = others.filter((each) => inState(before, each) === undefined);
  return isDeclared || pending.length === 0;
}

/** Whether an update may delete an integration. */
function isReplaced(world: World, observation: Observation, deletion: Deletion): boolean {
  const { program, before } = observation;
  const { urn, replaces } = deletion.call;
  const { isDeclared, others, holding } = declarationsOf(world, observation, deletion);
  if (isDeclared) return replaces;
  const urns = program.map(urnOf);
  const isLater = (each: Declaration) => replaces && urns.indexOf(urnOf(each)) > urns.indexOf(urn);
  if (holding.length > 0) {
    const { tainted = false } = deletion.call.resource ?? {};
    const isForced =
      tainted || (observation.command.replaceTargets && observation.targets?.has(urn) === true);
    const place = keyOf(deletion.call.resource?.outputs ?? {});
    const isExcluded = (each: Declaration) =>
      isLater(each) && (world.language === "yaml" || (isForced && keyOf(bagOf(each)) === place));
    if (!holding.every(isExcluded)) return false;
    throw new ExcludedSequence("a resource for the integration is registered after the replacement");
  }
  // A replacement may delete the integration if its new resource changes to this ID or is registered later, and so is created afterwards.
  const relevant = replaces
    ? others.filter((each) => !isLater(each) && inState(before, each) === undefined)
    : others;
  return relevant.length === 0;
}

/** The resources of the program that declare a deleted integration. */
function declarationsOf(
  world: World,
  { before }: Observation,
  { integration, call, resources: holders }: Deletion,
) {
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

/** Checks that each integration has a resource in state. */
function checkOrphans(world: World): void {
  for (const integration of world.integrations()) {
    if (world.resourcesOf(integration).length > 0) continue;
    ensure(false, "each integration has a resource in state", () => integration.externalBusinessId);
  }
}

/** Checks that Pinterest has exactly the declared integrations after an `up`, and that another `up` writes nothing. */
async function checkDeployed(world: World): Promise<void> {
  checkDeclared(world);
  const { outcome, writes } = await world.run(plainUp);
  ensure(outcome.errors.length === 0, "a second up succeeds", () => outcome.errors.join());
  ensure(writes.length === 0, "a second up writes nothing", () => writes.join());
  checkDeclared(world);
}

function checkDeclared(world: World): void {
  const integrations = world.integrations();
  for (const declaration of world.program) {
    const { tag } = declaration;
    const declared = world.declaredIntegration(declaration);
    const live = integrations.find((each) => isSame(each, declared));
    if (live?.tag === tag) world.removeUncertain(declared);
    ensure(
      live?.tag === tag || world.isUncertain(declared),
      "after an up, Pinterest has the program's values",
      () => `${declared.externalBusinessId} has ${live?.tag} instead of ${tag}`,
    );
  }
  for (const integration of integrations) {
    ensure(
      world.declarations(integration).length > 0,
      "after an up, Pinterest has only declared integrations",
      () => integration.externalBusinessId,
    );
  }
}

function checkDestroyed(world: World): void {
  const remaining = world.integrations().map(({ externalBusinessId }) => externalBusinessId);
  ensure(remaining.length === 0, "a destroy leaves nothing at Pinterest", () => remaining.join());
  const { state, replaced } = world.engine;
  ensure(state.size + replaced.length === 0, "a destroy leaves nothing in state", () =>
    [...state.keys()].join(),
  );
}

/** Checks that an uninterrupted `up` with `adopt` converges, if necessary after a refresh, unless an ID belongs to two owners. */
export async function checkConverges(world: World): Promise<void> {
  world.program = world.program.map((declared) => ({ ...declared, adopt: true }));
  const owners = new Map<string, string>();
  const all = [
    ...world.program.map((each) => world.declaredIntegration(each)),
    ...[...world.engine.state.values(), ...world.engine.replaced].map((each) =>
      world.integrationInState(each),
    ),
    ...world.allIntegrations(),
  ];
  for (const { externalBusinessId, owner } of all) {
    if ((owners.get(externalBusinessId) ?? owner) !== owner) return;
    owners.set(externalBusinessId, owner);
  }
  if (!world.engine.resourcesWithIntegration().every((resource) => world.isDeletable(resource))) return;
  const failures: Error[] = [];
  for (const isFirst of [true, false]) {
    if (world.hasUncertain || !isFirst) {
      await checkPromises(world, await world.run({ ...plainUp, do: "refresh" }));
    }
    const observation = await world.run(plainUp);
    await checkPromises(world, observation);
    failures.push(...observation.outcome.errors);
    if (observation.outcome.errors.length === 0) return;
  }
  ensure(false, "an up converges, if necessary after a refresh", () => failures.join("\n"));
}
