import * as pulumi from "@pulumi/pulumi";
import { type Configuration, readConfiguration } from "../configuration";
import { commandFor } from "../configuration/account-source";
import { endWithEngine } from "../process/engine-watch";
import {
  type EngineAddress,
  removeLeftovers,
  removeWantedAccounts,
  writeWantedAccounts,
} from "../process/wanted-accounts";
import { valueIfKnown } from "./known";
import { PerRun } from "./run";
import { stackConfiguration } from "./stack-configuration";

const wanted = new PerRun(() => {
  const engine = engineAddress();
  const configuration = engine === undefined ? undefined : configurationIfGood();
  return engine === undefined || configuration === undefined
    ? undefined
    : new WantedAccounts(engine, configuration);
});

/**
 * Says that a resource of the default provider belongs to an account, as soon as that is known, so that the provider process can
 * ask the account command for all accounts of the program together. Fails in nothing; a name that is a secret is kept back.
 */
export function wantAccount(account: pulumi.Input<string | undefined>): void {
  const run = wanted.get();
  if (run === undefined || account === undefined) return;
  const output = pulumi.output(account);
  Promise.all([valueIfKnown(output), pulumi.isSecret(output)]).then(
    ([known, secret]) => {
      if (typeof known?.value === "string" && !secret) run.add(known.value);
    },
    // The resource's registration reports it.
    () => {},
  );
}

/** The accounts of one run that the command is asked for. */
class WantedAccounts {
  private readonly names = new Set<string>();
  private writing: NodeJS.Immediate | undefined;

  constructor(
    private readonly engine: EngineAddress,
    private readonly configuration: Configuration,
  ) {}

  add(account: string): void {
    if (this.names.has(account) || commandFor(this.configuration, account) === undefined) return;
    if (this.names.size === 0) removeAtEndOf(this.engine);
    this.names.add(account);
    // One file of what a program constructs in one go. The engine cannot ask for any of it before: it has not heard of it yet.
    this.writing ??= setImmediate(() => {
      this.writing = undefined;
      writeWantedAccounts(this.engine, this.names);
    });
  }
}

const written = new Set<EngineAddress>();

/** A process may run many programs (Automation API), and live on when their engines have ended. */
function removeAtEndOf(engine: EngineAddress): void {
  if (written.size === 0) {
    removeLeftovers();
    process.once("exit", removeAll);
  }
  written.add(engine);
  endWithEngine(engine, () => {
    removeWantedAccounts(engine);
    written.delete(engine);
    if (written.size === 0) process.off("exit", removeAll);
  });
}

function removeAll(): void {
  for (const engine of written) removeWantedAccounts(engine);
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
