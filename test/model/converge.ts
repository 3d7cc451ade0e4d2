import { ownedByAnother, refusedAdoption } from "../expected/messages";
import { nameOf, type Resource } from "../fake-engine/state";
import { ensure } from "./ensure";
import { fields, isEquivalent } from "./fields";
import { checkPreviews } from "./invariants/drift";
import { errorText, type Observation, succeeded } from "./observation";
import { accounts, otherUser } from "./pinterest";
import { type Declaration, resolvedDeclarations } from "./program";
import { plainUp } from "./sequence";
import { editState, foreignValueIn, managedIn, providerOf, replacedIn, unprotect } from "./stack";
import type { World } from "./world";

// Updates can fail because of an earlier failure, and once for each advice that is followed.
const maxUps = 8;

/** Disarms all faults, and checks that `up` deploys everything and `destroy` deletes everything. */
export async function converge(world: World): Promise<void> {
  const { emulator } = world.pinterest;
  emulator.disarmFaults();
  emulator.setSwitches({ ignoredFields: [] });
  for (const { external_business_id: id, connected_user_id: owner } of emulator.integrations(otherUser))
    if (owner === world.pinterest.ownerOf(otherUser)) emulator.remove(id);
  world.tokens.reconnect();
  moveBack(world);
  const isDeployed = (await simplify(world)) && !hasTwoOwners(world);
  if (isDeployed) {
    await upUntilDone(world, { refresh: false });
    await upUntilDone(world, { refresh: true });
    await checkPreviews(world, true);
  }
  unprotect(world.stack);
  const destroyed = await world.run({ ...plainUp, do: "destroy", deleteOldestFirst: true });
  ensure(succeeded(destroyed) || !isDeployed, "destroy succeeds without faults", errorText(destroyed));
  if (succeeded(destroyed)) return;
  const isDeletable = world.resourcesWithIntegration().every((each) => world.isDeletable(each));
  const again = await world.run({ ...plainUp, do: "destroy" });
  ensure(succeeded(again) || !isDeletable, "a second destroy succeeds", errorText(again));
}

/** Restores the account in state for each resource whose account in the program belongs to another owner. */
function moveBack(world: World): void {
  const inState = [...managedIn(world.stack.state).values()];
  for (const declared of world.program.declarations) {
    const { name, externalBusinessId } = declared;
    const resource = inState.find(({ urn, id }) => urn.endsWith(`::${name}`) && id === externalBusinessId);
    if (resource !== undefined && world.ownerOfAccountInState(resource) !== world.ownerOf(declared))
      world.change(name, { account: resource.outputs.account as Declaration["account"] });
  }
}

/** Removes options that prevent changes, as messages advise. @returns whether that is possible without other changes */
async function simplify(world: World): Promise<boolean> {
  const { stack, program } = world;
  unprotect(stack);
  const options = { deleteFirst: false, protect: false, replaceOn: undefined, replaceWith: false };
  world.program = {
    ...program,
    declarations: program.declarations
      .filter(({ isRead }) => !isRead)
      .map((each) => ({ ...each, ...options })),
  };
  // The engine uses the options in state when it deletes the foreign resource first.
  const { foreign } = program;
  const old = foreignValueIn(stack.state);
  if (foreign?.deleteFirst !== true || old === undefined || old === foreign.value) return true;
  world.edit({ do: "foreign", foreign: { ...foreign, value: old } });
  // With the old value, another change of the program would declare an ID twice, or move an integration to another owner.
  if (world.program.foreign?.value !== old || hasTwoOwners(world)) return false;
  await upUntilDone(world, { refresh: false });
  world.edit({ do: "foreign", foreign });
  return true;
}

/** Whether providers of two owners use one external business ID, or a resource has another owner's provider. No update can then deploy everything. */
function hasTwoOwners(world: World): boolean {
  if (!world.resourcesWithIntegration().every((each) => world.isDeletable(each))) return true;
  const { state } = world.stack;
  const inState = [...managedIn(state).values(), ...replacedIn(state)];
  const declared = resolvedDeclarations(world.program);
  if (![...declared.map(({ provider }) => provider), ...inState.map(providerOf)].includes("other"))
    return false;
  const all = [
    ...declared.map((each) => world.declaredIntegration(each)),
    ...inState.map((each) => world.integrationInState(each)),
    ...world.pinterest.integrations().values(),
  ];
  const owners = new Map(all.map(({ externalBusinessId, owner }) => [externalBusinessId, owner]));
  return all.some(({ externalBusinessId, owner }) => owners.get(externalBusinessId) !== owner);
}

async function upUntilDone(world: World, { refresh }: { refresh: boolean }): Promise<void> {
  let unresolved = 0;
  for (let ups = 0; ups < maxUps; ups += 1) {
    // An update that continues on errors reports all of them, but does not delete without proof.
    const continueOnError = unresolved === 0;
    const observation = await world.run({ ...plainUp, refresh, continueOnError });
    if (succeeded(observation)) return;
    const resolved = observation.errors.filter(({ name, error }) =>
      followAdvice(world, observation, name, error),
    );
    if (resolved.length === 0) unresolved += 1;
    ensure(unresolved <= 2, "up converges without faults", errorText(observation));
  }
  ensure(false, "up converges without faults", `it still fails after ${maxUps} updates`);
}

/** Follows the advice of an error message, if the error needs a decision of the user. */
function followAdvice(
  world: World,
  { declared: declarations, before }: Observation,
  name: string,
  { message }: Error,
): boolean {
  const declared = declarations.find((each) => each.name === name);
  if (declared === undefined) return removeOthersFromState(world, name);
  const live = before.integrations.get(declared.externalBusinessId);
  if (message.includes(refusedAdoption(declared.externalBusinessId, "")) && !declared.adopt) {
    const differing = Object.keys({ ...live?.fields, ...declared.fields }).filter(
      (field) => !isEquivalent(field, live?.fields[field], declared.fields[field]),
    );
    ensure(differing.length > 0, "only integrations that differ are rejected", `${name}: ${message}`);
    world.change(name, { adopt: true });
    return true;
  }
  if (message.includes(ownedByAnother(declared.externalBusinessId))) {
    const isOwn = live === undefined || live.owner === world.ownerOf(declared);
    ensure(!isOwn, "only integrations of another owner are rejected as such", `${name}: ${message}`);
    const ofOwner = accounts.find((account) => world.pinterest.ownerOf(account) === live?.owner);
    changeAccount(world, declared, { account: ofOwner });
    return true;
  }
  if (/moving integration/.test(message)) {
    const resource = before.state.get(name) ?? before.state.get(nameOf(declared.alias ?? ""));
    ensure(resource !== undefined, "only a resource in state moves", `${name}: ${message}`);
    // A `destroy` that runs the program changes the provider in state, but not these outputs.
    const { integrationId, account, providerName } = resource.outputs;
    const isSame = live?.integrationId === integrationId && live?.owner === world.ownerOf(declared);
    ensure(!isSame, "a move to another account of the same owner succeeds", `${name}: ${message}`);
    changeAccount(world, declared, {
      account: account as Declaration["account"],
      provider: providerName as Declaration["provider"],
    });
    return true;
  }
  if (/removed from the program, but/.test(message) && declared.whenRemoved !== "release") {
    const { clearByNull, recordSecrets } = world.pinterest.emulator.switches();
    // After an interrupted clearing, Pinterest may not return a secret field although it is set.
    const isHidden = fields.some(
      (field) =>
        field.secret && message.includes(`\`${field.name}\``) && live?.fields[field.name] === undefined,
    );
    const isClearable = clearByNull === "clears" && recordSecrets === "shown" && !isHidden;
    ensure(!isClearable, "fields are cleared if Pinterest can clear them", `${name}: ${message}`);
    world.change(name, { whenRemoved: "release" });
    return true;
  }
  return false;
}

/** Changes the account or provider of a resource, or removes the resource if another one declares the integration there. */
function changeAccount(
  world: World,
  { name, from }: Declaration,
  to: Partial<Pick<Declaration, "account" | "provider">>,
): void {
  const { program } = world;
  world.change(name, { ...to, from: from === "account" ? undefined : from });
  if (world.program === program)
    world.edit({ do: "remove", nth: program.declarations.findIndex((each) => each.name === name) });
}

/** Removes an undeclared resource of another owner's integration from state, like `pulumi state delete`. */
function removeOthersFromState(world: World, name: string): boolean {
  const integrations = world.pinterest.integrations();
  const isForeign = (each: Resource) => {
    const owner = integrations.get(each.id)?.owner;
    return each.urn.endsWith(`::${name}`) && ![undefined, world.ownerOfAccountInState(each)].includes(owner);
  };
  const found = [...managedIn(world.stack.state).values()].some(isForeign);
  if (found) editState(world.stack, (each) => (isForeign(each) ? [] : [each]));
  return found;
}
