import { looksLikeToken } from "../api/credentials";
import { messageOf } from "../api/message-text";
import { configuredAccounts, fingerprintOf, takeInventory } from "../config";

import type { Bag } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";
import {
  type InventoryObservation,
  knownIntegration,
  observationRequest,
  writeObservation,
} from "./observations";
import type { ProviderProcess } from "./provider-process";

/** The maximum number of integrations in a line of the file. */
const integrationsPerLine = 1000;

/** Writes all integrations of the accounts of a process, if a command requests it. */
export class ProcessInventory {
  private readonly listed = new Set<string | undefined>();
  private listing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly process: Pick<ProviderProcess, "configuration" | "clients" | "recordedAccounts">,
    private readonly request = observationRequest(),
  ) {}

  /**
   * Waits until all accounts are listed: those of the configuration, except those that an explicit provider has from the stack, and those
   * that the program has recorded. Lists each once. Never fails.
   *
   * @param bag inputs or outputs of an integration. Their account may come from the account command.
   */
  async take({ account, providerName }: Bag): Promise<void> {
    if (this.request?.inventory !== true) return;
    const { file } = this.request;
    const unlisted = this.accounts(account, providerName !== undefined).filter(
      (name) => !this.listed.has(name),
    );
    if (unlisted.length > 0) {
      for (const name of unlisted) this.listed.add(name);
      this.listing = Promise.all([this.listing, this.list(unlisted, providerName, file)]);
    }
    await this.listing;
  }

  private accounts(account: unknown, isExplicit: boolean): (string | undefined)[] {
    try {
      const { configuration } = this.process;
      const stack = isExplicit ? this.request?.stack : undefined;
      const own = stack && fingerprintOf(configuration, stack.salt);
      const isFromStack = (part: "defaultAccount" | "accounts") =>
        own !== undefined && own[part] === stack?.[part];
      const named =
        typeof account === "string" && !containsUnknown(account) && !looksLikeToken(account) ? [account] : [];
      return [
        ...configuredAccounts(configuration).filter(
          (name) => !isFromStack(name === undefined ? "defaultAccount" : "accounts"),
        ),
        ...named,
        ...named.flatMap((name) => this.process.recordedAccounts([name])),
      ];
    } catch {
      // The operations report an invalid configuration.
      return [];
    }
  }

  private async list(accounts: (string | undefined)[], providerName: unknown, file: string): Promise<void> {
    const provider = typeof providerName === "string" ? { providerName } : {};
    for (const inventory of await takeInventory(this.process.clients, [...new Set(accounts)])) {
      const account = inventory.account === undefined ? {} : { account: inventory.account };
      for (const part of partsOf(inventory)) {
        writeObservation(file, { kind: "inventory", ...account, ...provider, ...part });
      }
    }
  }
}

type Inventory = Awaited<ReturnType<typeof takeInventory>>[number];

function partsOf({ integrations, error }: Inventory): Pick<InventoryObservation, "integrations" | "error">[] {
  if (integrations === undefined) {
    return [{ integrations: [], error: messageOf(error) }];
  }
  const known = integrations.map(knownIntegration);
  const count = Math.max(1, Math.ceil(known.length / integrationsPerLine));
  return Array.from({ length: count }, (_, index) => ({
    integrations: known.slice(index * integrationsPerLine, (index + 1) * integrationsPerLine),
  }));
}
