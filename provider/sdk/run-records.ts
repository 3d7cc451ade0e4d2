import * as pulumi from "@pulumi/pulumi";
import { type Configuration, readConfiguration } from "../config";
import { commandFor } from "../config/account-source";
import { uidKey } from "../lifecycle/outputs";
import { endWithEngine } from "../runtime/engine-watch";
import { type EngineAddress, Ledger } from "../runtime/ledger";
import type { PlainPlace } from "./declared-ids";
import { valueIfKnown } from "./known";
import { PerRun } from "./run";
import { stackConfiguration } from "./stack-configuration";

const ledgers = new PerRun(() => {
  const engine = engineAddress();
  if (engine === undefined) return undefined;
  const ledger = new Ledger(engine);
  const remove = () => ledger.remove();
  // A preview deletes nothing, so no other process needs the records afterwards.
  if (pulumi.runtime.isDryRun()) process.once("exit", remove);
  // A process can run many programs (Automation API), and outlive their engines.
  endWithEngine(engine, () => {
    process.off("exit", remove);
    remove();
  });
  return ledger;
});

const configurations = new PerRun(configurationIfGood);

/**
 * Records that a resource of the default provider uses an account, as soon as its name is known. The provider process can then run the
 * account command once for all accounts. Never fails, and omits names that are secrets.
 */
export function recordAccount(account: pulumi.Input<string | undefined>): void {
  const configuration = configurations.get();
  if (configuration === undefined || account === undefined) return;
  const output = pulumi.output(account);
  const ledger = ledgers.get();
  Promise.all([textIn(output), pulumi.isSecret(output)]).then(
    ([name, isSecret]) => {
      const isWanted = name !== undefined && !isSecret && commandFor(configuration, name) !== undefined;
      if (isWanted) ledger?.note("account", name);
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

/** Records which integration a resource declares, before the engine knows of the resource. */
export function recordDeclaration(
  { externalBusinessId, account }: PlainPlace,
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
  const answered = [externalBusinessId, account, integrationId, connectedUserId, uid];
  // The engine answers nothing, or an earlier ID, for a resource that it does not create or replace because it is not a target.
  const given = [pulumi.output(args.externalBusinessId), pulumi.output(args.account)];
  Promise.all([...answered, ...given].map(textIn)).then(
    ([id, name, number, owner, known, givenId, givenName]) => {
      const state = { account: name, integrationId: number, connectedUserId: owner, uid: known };
      if (id !== undefined) ledger.record("registered", { externalBusinessId: id, providerName, ...state });
      if (givenId !== undefined && givenId !== id)
        ledger.record("registered", { externalBusinessId: givenId, account: givenName, providerName });
    },
    // The registration has failed, and with it the update, which then deletes nothing.
    () => {},
  );
}

async function textIn(output: unknown): Promise<string | undefined> {
  const known = pulumi.Output.isInstance(output) ? await valueIfKnown(output) : undefined;
  return typeof known?.value === "string" ? known.value : undefined;
}

function engineAddress(): EngineAddress | undefined {
  // The SDK exposes the address only through gRPC's channel, which its types omit.
  const engine = pulumi.runtime.getEngine() as { getChannel?(): { getTarget(): string } } | undefined;
  // gRPC writes its way of resolving a name before it.
  return engine
    ?.getChannel?.()
    .getTarget()
    .replace(/^dns:\/*/, "");
}

function configurationIfGood(): Configuration | undefined {
  try {
    return readConfiguration(stackConfiguration);
  } catch {
    // Reported where the configuration is used.
    return undefined;
  }
}
