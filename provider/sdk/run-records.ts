import * as pulumi from "@pulumi/pulumi";
import { commandFor } from "../config";
import { RunLedger } from "../lifecycle/ledger";
import { type Bag, placeNames, uidKey } from "../lifecycle/outputs";
import { exitWithEngine } from "../runtime/engine-lifetime";
import { assertInstallation, perRun, valueIfKnown } from "./program-checks";

const runLedger = perRun(() => {
  const engine = engineAddress();
  if (engine === undefined) return undefined;
  const ledger = new RunLedger(engine);
  const remove = () => ledger.remove();
  // A preview deletes nothing, so no other process needs the records afterwards.
  if (pulumi.runtime.isDryRun()) process.once("exit", remove);
  // A process can run many programs (Automation API), and outlive their engines.
  exitWithEngine(engine, () => {
    process.off("exit", remove);
    remove();
  });
  return ledger;
});

/**
 * Records that a resource of the default provider uses an account, as soon as its name is known. The provider process can then run the
 * account command once for all accounts. Never fails, and omits names that are secrets.
 */
export function recordAccount(account: pulumi.Input<string | undefined>): void {
  const configuration = assertInstallation();
  if (configuration === undefined || account === undefined) return;
  const output = pulumi.output(account);
  const ledger = runLedger();
  Promise.all([stringIfKnown(output), pulumi.isSecret(output)]).then(
    ([name, isSecret]) => {
      if (name === undefined || isSecret || commandFor(configuration, name) === undefined) return;
      ledger?.note("account", name);
    },
    // The resource's registration reports it.
    () => {},
  );
}

/** The outputs with a resource's place in state, and with the IDs of its integration. */
const identityNames = [...placeNames, "integrationId", "connectedUserId", uidKey] as const;

/** Records which integration a resource declares, before its registration. */
export function recordDeclaration(
  event: "declared" | "proposed",
  declared: { readonly externalBusinessId: string; readonly account?: string | undefined },
  providerName: string | undefined,
): void {
  if (!pulumi.runtime.isDryRun()) runLedger()?.record(event, { ...declared, providerName });
}

/**
 * Records which integration a resource holds when the engine has answered its registration. Provider processes then do not delete the
 * integration with another resource, even if `--target` keeps the engine from checking this one. Never fails.
 */
export function recordRegistration(
  resource: pulumi.Resource,
  args: { readonly externalBusinessId?: unknown; readonly account?: unknown },
  providerName: string | undefined,
): void {
  const ledger = runLedger();
  // A preview deletes nothing.
  if (ledger === undefined || pulumi.runtime.isDryRun()) return;
  Promise.all([
    knownStrings(["externalBusinessId", "account"], args),
    knownStrings(identityNames, resource),
  ]).then(
    ([declared, { [uidKey]: uid, ...answered }]) =>
      ledger.registered({ ...declared, providerName }, { ...answered, uid }),
    // The registration failed, so the update fails too and deletes nothing.
    () => {},
  );
}

/** The properties that are known strings. */
async function knownStrings<Name extends string>(
  names: readonly Name[],
  properties: object,
): Promise<{ [Key in Name]?: string }> {
  const values = await Promise.all(names.map((name) => stringIfKnown((properties as Bag)[name])));
  const known = names.flatMap((name, index) => (values[index] === undefined ? [] : [[name, values[index]]]));
  return Object.fromEntries(known) as { [Key in Name]?: string };
}

async function stringIfKnown(value: unknown): Promise<string | undefined> {
  // Another output of a failed one would fail without a handler.
  const known = await valueIfKnown(pulumi.Output.isInstance(value) ? value : pulumi.output(value));
  return typeof known?.value === "string" ? known.value : undefined;
}

function engineAddress(): string | undefined {
  // The SDK exposes the address only through gRPC's channel, which its types omit.
  const engine = pulumi.runtime.getEngine() as { getChannel?(): { getTarget(): string } } | undefined;
  // gRPC adds its name resolution scheme.
  return engine
    ?.getChannel?.()
    .getTarget()
    .replace(/^dns:\/*/, "");
}
