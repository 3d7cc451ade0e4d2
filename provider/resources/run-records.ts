import * as pulumi from "@pulumi/pulumi";
import { type Configuration, readConfiguration } from "../configuration";
import { commandFor } from "../configuration/account-source";
import { uidKey } from "../lifecycle/bags";
import { endWithEngine } from "../process/engine-watch";
import { type EngineAddress, Ledger } from "../process/ledger";
import { valueIfKnown } from "./known";
import { PerRun } from "./run";
import { stackConfiguration } from "./stack-configuration";

const records = new PerRun(() => {
  const engine = engineAddress();
  return engine === undefined ? undefined : new RunRecords(engine);
});

/** An integration's resource, with what a registration answers. */
type Registered = pulumi.Resource &
  Partial<
    Record<"externalBusinessId" | "account" | "integrationId" | "connectedUserId" | typeof uidKey, unknown>
  >;

/**
 * Records that a resource of the default provider uses an account, as soon as the name is known, so that the provider process can ask
 * the account command for all accounts of the program together. Never fails, and omits names that are secrets.
 */
export function recordAccount(account: pulumi.Input<string | undefined>): void {
  const run = records.get();
  if (run === undefined || account === undefined) return;
  const output = pulumi.output(account);
  Promise.all([valueIfKnown(output), pulumi.isSecret(output)]).then(
    ([known, secret]) => {
      if (typeof known?.value === "string" && !secret) run.addAccount(known.value);
    },
    // The resource's registration reports it.
    () => {},
  );
}

/**
 * Records which integration a resource holds when the engine has answered its registration. Provider processes do not delete the
 * integration with another resource then, even if `--target` keeps the engine from checking this one. Never fails.
 */
export function recordRegistration(
  resource: Registered,
  args: { readonly externalBusinessId: unknown; readonly account?: unknown },
  providerName: string | undefined,
): void {
  const run = records.get();
  // A preview deletes nothing.
  if (run === undefined || pulumi.runtime.isDryRun()) return;
  const { externalBusinessId, account, integrationId, connectedUserId, [uidKey]: uid } = resource;
  const answered = textsIn(externalBusinessId, account, integrationId, connectedUserId, uid);
  // The engine answers nothing for a resource that is not in state and that it does not create, because it is not a target.
  const given = textsIn(pulumi.output(args.externalBusinessId), pulumi.output(args.account));
  Promise.all([answered, given]).then(
    ([[id, ...state], [givenId, givenAccount]]) => {
      const identity = id === undefined ? [givenId, givenAccount] : [id, ...state];
      run.recordRegistration(identity, providerName);
    },
    // The registration has failed, and with it the update, which deletes nothing then.
    () => {},
  );
}

function textsIn(...outputs: readonly unknown[]): Promise<(string | undefined)[]> {
  return Promise.all(outputs.map(textIn));
}

async function textIn(output: unknown): Promise<string | undefined> {
  const known = pulumi.Output.isInstance(output) ? await valueIfKnown(output) : undefined;
  return typeof known?.value === "string" ? known.value : undefined;
}

/** The ledger of one run, and what the program has recorded in it. */
class RunRecords {
  readonly ledger: Ledger;
  readonly #accounts = new Set<string>();
  readonly #configuration: Configuration | undefined;

  constructor(engine: EngineAddress) {
    this.ledger = new Ledger(engine);
    this.#configuration = configurationIfGood();
    // A process can run many programs (Automation API), and outlive their engines.
    endWithEngine(engine, () => this.ledger.remove());
  }

  recordRegistration(
    [externalBusinessId, account, integrationId, connectedUserId, uid]: readonly (string | undefined)[],
    providerName: string | undefined,
  ): void {
    if (externalBusinessId === undefined) return;
    const identity = { externalBusinessId, account, providerName, integrationId, connectedUserId, uid };
    this.ledger.record("registered", identity);
  }

  addAccount(account: string): void {
    const isNew = !this.#accounts.has(account);
    if (!isNew || this.#configuration === undefined || commandFor(this.#configuration, account) === undefined)
      return;
    this.#accounts.add(account);
    this.ledger.recordAccount(account);
  }
}

function engineAddress(): EngineAddress | undefined {
  // The SDK shows the address in no other way; its types leave this one, gRPC's own, out.
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
    // Told where the configuration is used.
    return undefined;
  }
}
