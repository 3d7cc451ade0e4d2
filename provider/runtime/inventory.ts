import { looksLikeToken } from "../api/credentials";
import { configuredAccounts, fingerprintOf } from "../config/account-source";
import { takeInventory } from "../config/clients";
import { messageOf } from "../lifecycle/messages";
import type { Bag } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";
import { type InventoryObservation, knownIntegration, writeObservation } from "./observation/file";
import { observationRequest } from "./observation/request";
import type { ProviderProcess } from "./provider-process";

/** So many integrations in one line of the file. */
const linesHold = 1000;

/** Writes down what all accounts of a process hold, where a command has asked for that. */
export class ProcessInventory {
  private readonly listed = new Set<string | undefined>();
  private done: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly process: Pick<ProviderProcess, "working" | "wantedWith">,
    private readonly request = observationRequest(),
  ) {}

  /**
   * Waits until the accounts of the configuration are listed, but for those that an explicit provider has from the stack, and those
   * that the program wants as far as that is known. Each is listed once. Fails in nothing.
   *
   * @param bag inputs or outputs of an integration, by which an account is known that a command gives.
   */
  async take({ account, providerName }: Bag): Promise<void> {
    if (this.request?.inventory !== true) return;
    const { file } = this.request;
    const fresh = this.accounts(account, providerName !== undefined).filter((name) => !this.listed.has(name));
    if (fresh.length > 0) {
      for (const name of fresh) this.listed.add(name);
      this.done = Promise.all([this.done, this.list(fresh, providerName, file)]);
    }
    await this.done;
  }

  private accounts(account: unknown, isExplicit: boolean): (string | undefined)[] {
    try {
      const { configuration } = this.process.working();
      const stack = isExplicit ? this.request?.stack : undefined;
      const own = stack && fingerprintOf(configuration, stack.salt);
      const inherits = (part: "defaultAccount" | "accounts") =>
        own !== undefined && own[part] === stack?.[part];
      const named =
        typeof account === "string" && !containsUnknown(account) && !looksLikeToken(account) ? [account] : [];
      return [
        ...configuredAccounts(configuration).filter(
          (name) => !inherits(name === undefined ? "defaultAccount" : "accounts"),
        ),
        ...named,
        ...named.flatMap((name) => this.process.wantedWith([name])),
      ];
    } catch {
      // The operations report a bad configuration.
      return [];
    }
  }

  private async list(accounts: (string | undefined)[], providerName: unknown, file: string): Promise<void> {
    const provider = typeof providerName === "string" ? { providerName } : {};
    for (const inventory of await takeInventory(this.process.working().clients, [...new Set(accounts)])) {
      const account = inventory.account === undefined ? {} : { account: inventory.account };
      for (const part of partsOf(inventory)) {
        writeObservation(file, { kind: "inventory", ...account, ...provider, ...part });
      }
    }
  }
}

type Taken = Awaited<ReturnType<typeof takeInventory>>[number];

function partsOf({ integrations, error }: Taken): Pick<InventoryObservation, "integrations" | "error">[] {
  if (integrations === undefined) {
    return [{ integrations: [], error: messageOf(error) }];
  }
  const known = integrations.map(knownIntegration);
  const count = Math.max(1, Math.ceil(known.length / linesHold));
  return Array.from({ length: count }, (_, index) => ({
    integrations: known.slice(index * linesHold, (index + 1) * linesHold),
  }));
}
