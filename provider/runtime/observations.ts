import { appendFileSync, readFileSync } from "node:fs";
import { looksLikeToken } from "../api/credentials";
import { messageOf } from "../api/message-text";
import {
  type AccountInventory,
  type Clients,
  type Configuration,
  configuredAccounts,
  type Fingerprint,
  fingerprintOf,
  takeInventory,
} from "../config";
import { type Bag, type Place, pick, placeOf } from "../lifecycle/outputs";
import type { CreateObservation, Dependencies, ReadObservation } from "../lifecycle/session";
import { containsUnknown } from "../lifecycle/values";

/**
 * The environment variable with which a command of `pulumi-pinterest` requests observations, as the JSON of an
 * {@link ObservationRequest}. Provider processes inherit it from the engine.
 */
export const observeVariable = "PINTEREST_OBSERVE";

/** The observations that a command requests. */
export interface ObservationRequest {
  /** An existing file, to which each provider process appends lines. */
  readonly file: string;
  /** The results of reads of integrations in state. Failed reads then do not fail the refresh: the command reports them. */
  readonly reads?: boolean;
  /** All integrations of the configured accounts. */
  readonly inventory?: boolean;
  /** The stack's credentials. An explicit provider that uses them leaves the inventory of their accounts to the default provider. */
  readonly stack?: Fingerprint | undefined;
  /** The results that creates would have. */
  readonly creates?: boolean;
  /** Messages about single integrations. The engine does not connect messages to resources. */
  readonly notices?: boolean;
}

/** Undefined if no command requests observations. */
export function observationRequest(
  environment: NodeJS.ProcessEnv = process.env,
): ObservationRequest | undefined {
  const json = environment[observeVariable];
  return json ? (JSON.parse(json) as ObservationRequest) : undefined;
}

/** The integrations of an account or some of them, or the reason why they could not be listed. */
export interface InventoryObservation {
  /** Absent for the default account. */
  readonly account?: string;
  /** The explicit provider's name. */
  readonly providerName?: string;
  readonly integrations: readonly KnownIntegration[];
  readonly error?: string;
}

/** The IDs of an integration. */
export interface KnownIntegration {
  readonly externalBusinessId?: string;
  readonly integrationId?: string;
}

/** The IDs of an integration, without its other fields, which can be secrets. */
export function knownIntegration(integration: KnownIntegration): KnownIntegration {
  return pick(integration, ["externalBusinessId", "integrationId"]);
}

/** A line of the file. */
export type Observation =
  // The name of a resource that the program declares, in the program's order. Only JavaScript and TypeScript programs write these.
  | { readonly kind: "declaration"; readonly name: string }
  | ({ readonly kind: "read" } & ReadObservation)
  | ({ readonly kind: "create" } & CreateObservation)
  // A message about an integration. It contains no values of fields.
  | ({ readonly kind: "notice"; readonly message: string } & Place)
  | ({ readonly kind: "inventory" } & InventoryObservation);

/** Appends a line to the file, in one write, so that lines of several processes do not mix. */
export function writeObservation(file: string, observation: Observation): void {
  try {
    appendFileSync(file, `${JSON.stringify(observation)}\n`);
  } catch (error) {
    // The command was terminated and its directory deleted. The engine's operations continue.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

export function readObservations(file: string): Observation[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Observation);
}

/** Writes the results of reads, if requested. */
export function readObserver(request = observationRequest()): Pick<Dependencies, "observeRead"> {
  if (request?.reads !== true) return {};
  const { file } = request;
  return { observeRead: (observation) => writeObservation(file, { kind: "read", ...observation }) };
}

/** Writes a message about an integration, if requested, in addition to printing it. */
export function withNoticeObserver(
  notify: (message: string) => void,
  request = observationRequest(),
): Dependencies["notify"] {
  if (request?.notices !== true) return (message) => notify(message);
  const { file } = request;
  return (message, about) => {
    notify(message);
    if (about !== undefined) writeObservation(file, { kind: "notice", ...placeOf(about), message });
  };
}

/** Writes a declared resource, if creates are requested. */
export function observeDeclaration(name: string, request = observationRequest()): void {
  if (request?.creates === true) writeObservation(request.file, { kind: "declaration", name });
}

/** The maximum number of integrations in a line of the file. */
const integrationsPerLine = 1000;

interface InventoriedProcess {
  readonly configuration: Configuration;
  readonly clients: Clients;
  recordedAccounts(names: readonly string[]): readonly string[];
}

/** Writes all integrations of the accounts of a process, if a command requests it. */
export class ProcessInventory {
  private readonly listed = new Set<string | undefined>();
  private listing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly process: InventoriedProcess,
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

function partsOf({
  integrations,
  error,
}: AccountInventory): Pick<InventoryObservation, "integrations" | "error">[] {
  if (integrations === undefined) {
    return [{ integrations: [], error: messageOf(error) }];
  }
  const known = integrations.map(knownIntegration);
  const count = Math.max(1, Math.ceil(known.length / integrationsPerLine));
  return Array.from({ length: count }, (_, index) => ({
    integrations: known.slice(index * integrationsPerLine, (index + 1) * integrationsPerLine),
  }));
}
