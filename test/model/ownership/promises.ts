import { ensure } from "../violation";
import { plainUp } from "./commands";
import { type Declaration, resolvedDeclarations, urnOf } from "./program";
import { type Deletion, isSame, type Observation, type World } from "./world";

/** Checks the promises after a command. @throws Violation */
export async function checkPromises(world: World, observation: Observation): Promise<void> {
  for (const deletion of observation.deletions) checkDeletion(world, observation, deletion);
  checkDeleteLimit(observation);
  checkOrphans(world);
  checkTokens(world, observation);
  const { command, chosen, outcome } = observation;
  if (command.do === "destroy" && !outcome.killed && outcome.errors.length === 0 && chosen === undefined)
    checkDestroyed(world);
}

/** Checks that no other resource in state has a deleted integration, and that the program does not declare it. */
function checkDeletion(world: World, observation: Observation, deletion: Deletion): void {
  const { command, chosen, outcome } = observation;
  const { integration, resource } = deletion;
  const { externalBusinessId: id } = integration;
  const isTarget = (urn: string) => chosen === undefined || chosen.urns.has(urn) === (chosen.by === "target");
  const declarations = outcome.declared.filter((each) =>
    isSame(world.declaredIntegration(each), integration),
  );
  // Limit: no records show a resource that a partial command leaves out, and that is replaced or no longer declared.
  const isDeclared = (urn: string) => outcome.declared.some((each) => urnOf(each) === urn);
  const holders = deletion.others.filter(
    (other) => isTarget(other.urn) || (isDeclared(other.urn) && !deletion.replaced.includes(other)),
  );
  ensure(
    holders.length === 0,
    "an integration that another resource in state has is not deleted",
    () => `${id} of ${resource?.urn}, which ${holders.map(({ urn }) => urn)} has`,
  );
  if (command.do === "destroy" && (chosen === undefined || !command.runProgram)) return;
  const isDestroyed = (each: Declaration) => command.do === "destroy" && isTarget(urnOf(each));
  const kept = declarations.filter((each) => !isDestroyed(each));
  ensure(
    kept.length === 0,
    "an integration that the program declares is not deleted",
    () => `${id} of ${resource?.urn}, which ${kept.map(urnOf)} declares`,
  );
}

function checkDeleteLimit({ command: { deleteLimit, onDelete }, writes }: Observation): void {
  const deletes = writes.filter((write) => write.startsWith("DELETE"));
  const limit = onDelete === undefined ? deleteLimit : 0;
  ensure(
    limit === undefined || deletes.length <= limit,
    "no more deletions are sent than the limits allow",
    () => `${deletes.length} instead of ${limit}: ${deletes.join()}`,
  );
}

/** Checks that each integration has a resource in state, or that a message names it. */
function checkOrphans(world: World): void {
  for (const integration of world.integrations()) {
    if (world.resourcesOf(integration).length > 0 || world.mayBeOrphaned(integration)) continue;
    ensure(
      false,
      "each integration has a resource in state, or a message names it",
      () => integration.externalBusinessId,
    );
  }
}

/** Checks that an account stops working only if a process lost the response to an exchange, and that a message reports it. */
function checkTokens({ tokens }: World, { messages, outcome: { errors } }: Observation): void {
  const rejections = [...messages, ...errors.map(({ message }) => message)].filter((message) =>
    message.includes("rejected the refresh"),
  );
  for (const message of rejections)
    ensure(
      tokens.hasLost && message.includes("interrupted exchange"),
      "a refresh token works unless an exchange was interrupted",
      () => message,
    );
  if (rejections.length > 0) tokens.reconnect();
}

function checkDestroyed(world: World): void {
  const remaining = world.integrations().filter((each) => !world.mayBeOrphaned(each));
  ensure(remaining.length === 0, "a destroy leaves nothing at Pinterest", () =>
    remaining.map(({ externalBusinessId }) => externalBusinessId).join(),
  );
  const { state, replaced } = world.engine;
  ensure(state.size + replaced.length === 0, "a destroy leaves nothing in state", () =>
    [...state.keys()].join(),
  );
}

/** Checks that uninterrupted updates converge after the advice of messages was followed, unless an ID belongs to two owners. */
export async function checkConverges(world: World): Promise<void> {
  world.tokens.reconnect();
  if (!(await followAdvice(world)) || hasTwoOwners(world)) return;
  if (!world.engine.resourcesWithIntegration().every((resource) => world.isDeletable(resource))) return;
  await checkPromises(world, await world.run({ ...plainUp, do: "refresh" }));
  const failures: Error[] = [];
  for (let ups = 0; ups < 2; ups += 1) {
    const observation = await world.run(plainUp);
    await checkPromises(world, observation);
    failures.push(...observation.outcome.errors);
    if (observation.outcome.errors.length > 0) continue;
    checkDeployed(world);
    const { outcome, writes } = await world.run(plainUp);
    ensure(outcome.errors.length === 0, "a second up succeeds", () => outcome.errors.join());
    ensure(writes.length + outcome.changes === 0, "a second up changes nothing", () => writes.join());
    return checkDeployed(world);
  }
  ensure(false, "an up converges", () => failures.join("\n"));
}

/** Changes a program as messages advise. @returns whether that is possible without other changes */
async function followAdvice(world: World): Promise<boolean> {
  const { engine, program } = world;
  engine.unprotect();
  const declarations = program.declarations.filter(({ isRead }) => !isRead);
  const simple = {
    adopt: true,
    deleteFirst: false,
    protect: false,
    replaceOn: undefined,
    replaceWith: false,
  };
  world.program = { ...program, declarations: declarations.map((each) => ({ ...each, ...simple })) };
  // The engine uses the options in state when it deletes the foreign resource first.
  const { foreign } = program;
  const { foreignValue: old } = engine;
  if (foreign?.deleteFirst !== true || old === undefined || old === foreign.value) return true;
  world.edit({ do: "foreign", foreign: { ...foreign, value: old } });
  // With the old value, another change of the program would declare an ID twice, or move an integration to another owner.
  if (world.program.foreign?.value !== old || hasTwoOwners(world)) return false;
  await checkPromises(world, await world.run(plainUp));
  world.edit({ do: "foreign", foreign });
  return true;
}

function hasTwoOwners(world: World): boolean {
  const owners = new Map<string, string>();
  const all = [
    ...resolvedDeclarations(world.program).map((each) => world.declaredIntegration(each)),
    ...[...world.engine.state.values(), ...world.engine.replaced].map((each) =>
      world.integrationInState(each),
    ),
    ...world.integrations(),
  ];
  return all.some(({ externalBusinessId, owner }) => {
    const first = owners.get(externalBusinessId) ?? owner;
    owners.set(externalBusinessId, first);
    return first !== owner;
  });
}

/** Checks that Pinterest has exactly the declared integrations. */
function checkDeployed(world: World): void {
  const integrations = world.integrations();
  const declarations = resolvedDeclarations(world.program);
  for (const declaration of declarations) {
    const { tag } = declaration;
    const declared = world.declaredIntegration(declaration);
    const live = integrations.find((each) => isSame(each, declared));
    ensure(
      live?.tag === tag,
      "after an up, Pinterest has the program's values",
      () => `${declared.externalBusinessId} has ${live?.tag} instead of ${tag}`,
    );
  }
  for (const integration of integrations) {
    ensure(
      declarations.some((each) => isSame(world.declaredIntegration(each), integration)) ||
        world.mayBeOrphaned(integration),
      "after an up, Pinterest has only declared integrations",
      () => integration.externalBusinessId,
    );
  }
}
