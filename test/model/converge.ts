import { setAccount } from "./edits";
import { checkPreviews, checkRun } from "./invariants";
import { type Observation, run, succeeded } from "./observation";
import { accounts, stranger } from "./pinterest";
import { ensure, Violation } from "./violation";
import { fields, same } from "./vocabulary";
import type { World } from "./world";

// Two can fail because of an earlier failure, and one for each advice of a message that is followed.
const mostUps = 8;

/** Ends all faults. Then `up` must deploy everything, and `destroy` must delete it. */
export async function converge(world: World): Promise<void> {
  const { emulator } = world.pinterest;
  emulator.disarmFaults();
  emulator.setSwitches({ ignoredFields: [] });
  const { connected_user_id } = emulator.account(stranger);
  for (const integration of emulator.integrations(stranger)) {
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
    atOnce: false,
  });
  checkRun(destroyed);
  ensure(succeeded(destroyed), "a destroy succeeds when nothing fails", () => explain(destroyed));
}

async function upUntilDone(world: World, refresh: boolean): Promise<void> {
  let unexplained = 0;
  for (let ups = 0; ups < mostUps; ups += 1) {
    const seen = await run(world, { do: "up", refresh, continueOnError: true, atOnce: false });
    checkRun(seen);
    if (succeeded(seen)) return checkPreviews(world, true);
    const followed = seen.outcome.errors.filter(({ name, error }) => follow(world, seen, name, error));
    if (followed.length === 0) unexplained += 1;
    ensure(unexplained < 2, "an up converges when nothing fails", () => explain(seen));
  }
  throw new Violation("an up converges when nothing fails", `it still fails after ${mostUps} of them`);
}

/** Follows the advice of an error message, if the error needs a decision of the user. */
export function follow(world: World, seen: Observation, name: string, { message }: Error): boolean {
  const declared = world.program.get(name);
  if (declared === undefined) return forgetForeign(world, seen, name);
  if (/already exists at Pinterest, and differs/.test(message) && declared.adopt !== true) {
    const is = seen.before.holdings.get(declared.externalBusinessId);
    const differing = Object.keys({ ...is?.fields, ...declared.fields }).filter(
      (field) => !same(field, is?.fields[field], declared.fields[field]),
    );
    ensure(differing.length > 0, "only what differs is refused", () => `${name}: ${message}`);
    declared.adopt = true;
    return true;
  }
  if (/belongs to another owner/.test(message)) {
    const owner = seen.before.holdings.get(declared.externalBusinessId)?.owner;
    const isOwn = owner === undefined || owner === world.pinterest.ownerOf(declared.account);
    ensure(!isOwn, "only what another owns is refused as another's", () => `${name}: ${message}`);
    setAccount(
      declared,
      accounts.find((account) => world.pinterest.ownerOf(account) === owner),
    );
    return true;
  }
  if (/moving integration/.test(message)) {
    const is = seen.before.holdings.get(declared.externalBusinessId);
    const known = seen.outcome.refreshed.get(name)?.outputs ?? {};
    const isSame =
      is?.number === known.integrationId && is?.owner === world.pinterest.ownerOf(declared.account);
    ensure(!isSame, "a move to another name of the same account is none", () => `${name}: ${message}`);
    setAccount(declared, known.account as string | undefined);
    return true;
  }
  if (/removed from the program, but/.test(message) && declared.whenRemoved !== "release") {
    const { clearByNull, recordSecrets } = world.pinterest.emulator.switches();
    const is = seen.before.holdings.get(declared.externalBusinessId);
    // After an interrupted clearing, Pinterest may not return a secret field although it is set.
    const isHidden = fields.some(
      (field) =>
        field.secret && message.includes(`\`${field.name}\``) && is?.fields[field.name] === undefined,
    );
    const isClearable = clearByNull === "clears" && recordSecrets === "shown" && !isHidden;
    ensure(!isClearable, "what can be cleared is cleared", () => `${name}: ${message}`);
    declared.whenRemoved = "release";
    return true;
  }
  return false;
}

/** Removes from state what left the program and belongs to another owner, as `pulumi state delete` does. */
function forgetForeign({ engine, pinterest }: World, seen: Observation, name: string): boolean {
  const known = engine.state.get(name);
  const owner = known && seen.before.holdings.get(known.id)?.owner;
  if (owner === undefined || owner === pinterest.ownerOf(known?.outputs.account as string | undefined)) {
    return false;
  }
  return engine.state.delete(name);
}

/** Changes accounts in the program back to those in state, if they belong to another owner. */
export function moveBack({ program, engine, pinterest }: World): void {
  for (const [name, declared] of program) {
    const known = engine.state.get(name);
    if (known === undefined || known.id !== declared.externalBusinessId) continue;
    const account = known.outputs.account as string | undefined;
    if (pinterest.ownerOf(account) !== pinterest.ownerOf(declared.account)) setAccount(declared, account);
  }
}

function explain({ outcome }: Observation): string {
  return outcome.errors.map(({ name, error }) => `${name}: ${error.message}`).join("\n");
}
