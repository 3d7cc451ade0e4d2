import { setAccount } from "./edits";
import { fields, isEquivalent } from "./fields";
import { checkPreviews, checkRun } from "./invariants";
import { type Observation, run, succeeded } from "./observation";
import { accounts, otherUser } from "./pinterest";
import { ensure, Violation } from "./violation";
import type { World } from "./world";

// Two updates can fail because of an earlier failure, and one for each advice that is followed.
const maxUps = 8;

/** Disarms all faults, and checks that `up` deploys everything and `destroy` deletes everything. */
export async function converge(world: World): Promise<void> {
  const { emulator } = world.pinterest;
  emulator.disarmFaults();
  emulator.setSwitches({ ignoredFields: [] });
  const { connected_user_id } = emulator.account(otherUser);
  for (const integration of emulator.integrations(otherUser)) {
    if (integration.connected_user_id === connected_user_id)
      emulator.remove(integration.external_business_id);
  }
  moveBack(world);
  await upUntilDone(world, false);
  await upUntilDone(world, true);
  await checkPreviews(world, true);
  const destroyed = await run(world, {
    do: "destroy",
    refresh: false,
    continueOnError: false,
    withoutPause: false,
  });
  checkRun(destroyed);
  ensure(succeeded(destroyed), "destroy succeeds without faults", () => errorText(destroyed));
}

async function upUntilDone(world: World, refresh: boolean): Promise<void> {
  let unresolved = 0;
  for (let ups = 0; ups < maxUps; ups += 1) {
    const observation = await run(world, { do: "up", refresh, continueOnError: true, withoutPause: false });
    checkRun(observation);
    if (succeeded(observation)) return checkPreviews(world, true);
    const resolved = observation.outcome.errors.filter(({ name, error }) =>
      followAdvice(world, observation, name, error),
    );
    if (resolved.length === 0) unresolved += 1;
    ensure(unresolved < 2, "up converges without faults", () => errorText(observation));
  }
  throw new Violation("up converges without faults", `it still fails after ${maxUps} updates`);
}

/** Follows the advice of an error message, if the error needs a decision of the user. */
export function followAdvice(
  world: World,
  observation: Observation,
  name: string,
  { message }: Error,
): boolean {
  const declared = world.program.get(name);
  if (declared === undefined) return removeForeign(world, observation, name);
  if (/already exists at Pinterest, and differs/.test(message) && declared.adopt !== true) {
    const live = observation.before.integrations.get(declared.externalBusinessId);
    const differing = Object.keys({ ...live?.fields, ...declared.fields }).filter(
      (field) => !isEquivalent(field, live?.fields[field], declared.fields[field]),
    );
    ensure(differing.length > 0, "only integrations that differ are rejected", () => `${name}: ${message}`);
    declared.adopt = true;
    return true;
  }
  if (/belongs to another owner/.test(message)) {
    const owner = observation.before.integrations.get(declared.externalBusinessId)?.owner;
    const isOwn = owner === undefined || owner === world.pinterest.ownerOf(declared.account);
    ensure(!isOwn, "only integrations of another owner are rejected as such", () => `${name}: ${message}`);
    setAccount(
      declared,
      accounts.find((account) => world.pinterest.ownerOf(account) === owner),
    );
    return true;
  }
  if (/moving integration/.test(message)) {
    const live = observation.before.integrations.get(declared.externalBusinessId);
    const resource = observation.outcome.refreshed.get(name)?.outputs ?? {};
    const isSame =
      live?.integrationId === resource.integrationId &&
      live?.owner === world.pinterest.ownerOf(declared.account);
    ensure(!isSame, "a move to another account of the same owner succeeds", () => `${name}: ${message}`);
    setAccount(declared, resource.account as string | undefined);
    return true;
  }
  if (/removed from the program, but/.test(message) && declared.whenRemoved !== "release") {
    const { clearByNull, recordSecrets } = world.pinterest.emulator.switches();
    const live = observation.before.integrations.get(declared.externalBusinessId);
    // After an interrupted clearing, Pinterest may not return a secret field although it is set.
    const isHidden = fields.some(
      (field) =>
        field.secret && message.includes(`\`${field.name}\``) && live?.fields[field.name] === undefined,
    );
    const isClearable = clearByNull === "clears" && recordSecrets === "shown" && !isHidden;
    ensure(!isClearable, "fields are cleared if Pinterest can clear them", () => `${name}: ${message}`);
    declared.whenRemoved = "release";
    return true;
  }
  return false;
}

/** Removes an undeclared resource of another owner's integration from state, like `pulumi state delete`. */
function removeForeign({ engine, pinterest }: World, observation: Observation, name: string): boolean {
  const resource = engine.state.get(name);
  const owner = resource && observation.before.integrations.get(resource.id)?.owner;
  if (owner === undefined || owner === pinterest.ownerOf(resource?.outputs.account as string | undefined)) {
    return false;
  }
  return engine.state.delete(name);
}

/** Restores the account in state for each resource whose account in the program belongs to another owner. */
export function moveBack({ program, engine, pinterest }: World): void {
  for (const [name, declared] of program) {
    const resource = engine.state.get(name);
    if (resource === undefined || resource.id !== declared.externalBusinessId) continue;
    const account = resource.outputs.account as string | undefined;
    if (pinterest.ownerOf(account) !== pinterest.ownerOf(declared.account)) setAccount(declared, account);
  }
}

function errorText({ outcome }: Observation): string {
  return outcome.errors.map(({ name, error }) => `${name}: ${error.message}`).join("\n");
}
