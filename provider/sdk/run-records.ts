import * as pulumi from "@pulumi/pulumi";
import { commandFor, readConfiguration } from "../config";
import { uidKey } from "../lifecycle/outputs";
import { exitWithEngine } from "../runtime/engine-lifetime";
import { Ledger } from "../runtime/ledger";
import { PerRun, stackConfiguration, valueIfKnown } from "./environment";

const ledgers = new PerRun(() => {
  const engine = engineAddress();
  if (engine === undefined) return undefined;
  const ledger = new Ledger(engine);
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

const configurations = new PerRun(() => {
  try {
    return readConfiguration(stackConfiguration);
  } catch {
    // Reported where the configuration is used.
    return undefined;
  }
});

/**
 * Records that a resource of the default provider uses an account, as soon as its name is known. The provider process can then run the
 * account command once for all accounts. Never fails, and omits names that are secrets.
 */
export function recordAccount(account: pulumi.Input<string | undefined>): void {
  const configuration = configurations.get();
  if (configuration === undefined || account === undefined) return;
  const output = pulumi.output(account);
  const ledger = ledgers.get();
  Promise.all([stringIfKnown(output), pulumi.isSecret(output)]).then(
    ([name, isSecret]) => {
      if (name === undefined || isSecret || commandFor(configuration, name) === undefined) return;
      ledger?.note("account", name);
    },
    // The resource's registration reports it.
    () => {},
  );
}

/** A resource with the outputs of its registration. */
type Registered = pulumi.Resource &
  Partial<
    Record<"externalBusinessId" | "account" | "integrationId" | "connectedUserId" | typeof uidKey, unknown>
  >;

/** Records which integration a resource declares, before its registration. */
export function recordDeclaration(
  {
    externalBusinessId,
    account,
  }: { readonly externalBusinessId: string; readonly account?: string | undefined },
  providerName: string | undefined,
): void {
  if (!pulumi.runtime.isDryRun())
    ledgers.get()?.record("declared", { externalBusinessId, account, providerName });
}

/**
 * Records which integration a resource holds when the engine has answered its registration. Provider processes then do not delete the
 * integration with another resource, even if `--target` keeps the engine from checking this one. Never fails.
 */
export function recordRegistration(
  resource: Registered,
  args: { readonly externalBusinessId?: unknown; readonly account?: unknown },
  providerName: string | undefined,
): void {
  const ledger = ledgers.get();
  // A preview deletes nothing.
  if (ledger === undefined || pulumi.runtime.isDryRun()) return;
  const { externalBusinessId, account, integrationId, connectedUserId, [uidKey]: uid } = resource;
  const outputs = [externalBusinessId, account, integrationId, connectedUserId, uid];
  // For a resource that is not a target, the engine returns no ID or an earlier one, so the arguments are recorded too.
  const inputs = [pulumi.output(args.externalBusinessId), pulumi.output(args.account)];
  Promise.all([...outputs, ...inputs].map(stringIfKnown)).then(
    ([id, accountName, number, owner, knownUid, inputId, inputAccount]) => {
      const state = { account: accountName, integrationId: number, connectedUserId: owner, uid: knownUid };
      if (id !== undefined) ledger.registered({ externalBusinessId: id, providerName, ...state });
      if (inputId !== undefined && inputId !== id)
        ledger.registered({ externalBusinessId: inputId, account: inputAccount, providerName });
    },
    // The registration failed, so the update fails too and deletes nothing.
    () => {},
  );
}

async function stringIfKnown(output: unknown): Promise<string | undefined> {
  const known = pulumi.Output.isInstance(output) ? await valueIfKnown(output) : undefined;
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
