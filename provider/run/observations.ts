import { appendFileSync, readFileSync } from "node:fs";
import type { OperationEvent, PinterestError } from "../api";
import { looksLikeToken } from "../api/credentials";
import type { Integration } from "../api/integration";
import { messageOf } from "../base/message-text";
import { type Clients, type Configuration, configuredAccounts, takeInventory } from "../config";
import type { CreateObservation } from "../lifecycle/diff";
import { type Bag, type Place, pick, placeOf } from "../lifecycle/outputs";
import { unknownValue } from "../lifecycle/values";
import type { ObservationRequest } from "./run-context";
import type { Dependencies, ReadObservation } from "./session";

/** The integrations of an account, or the reason why they could not be listed. */
export interface InventoryObservation {
  /** Absent for the default account. */
  readonly account?: string | undefined;
  /** The explicit provider's name. */
  readonly providerName?: string | undefined;
  readonly integrations: readonly KnownIntegration[];
  readonly error?: string | undefined;
}

/** The IDs of an integration. */
export type KnownIntegration = Readonly<Pick<Integration, "externalBusinessId" | "integrationId">>;

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
  | ({ readonly kind: "operation failure" } & FailureObservation)
  // The account command failed. The message contains nothing that it printed.
  | { readonly kind: "command failure"; readonly message: string }
  | ({ readonly kind: "inventory" } & InventoryObservation);

/** A failed operation on an integration. */
export interface FailureObservation extends Pick<PinterestError, "isTransient" | "status" | "requestId"> {
  readonly externalBusinessId: string;
  readonly account: string | undefined;
  readonly summary: string;
}

/** Writes a failed operation, if notices are requested. */
export function observeOperationFailure(
  { externalBusinessId, account, error }: OperationEvent,
  request: ObservationRequest | undefined,
): void {
  if (request?.notices !== true || error === undefined || externalBusinessId === undefined) return;
  const { isTransient, status, requestId, summary } = error;
  const failure = { externalBusinessId, account, isTransient, status, requestId, summary };
  writeObservation(request.file, { kind: "operation failure", ...failure });
}

/** Writes a failure of the account command, if a command requests observations. */
export function observeCommandFailure(message: string, request: ObservationRequest | undefined): void {
  if (request !== undefined) writeObservation(request.file, { kind: "command failure", message });
}

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

/** The hooks of the operations: print messages, and write messages and the results of reads if a command requests them. */
export function operationHooks(
  print: (message: string) => void,
  request: ObservationRequest | undefined,
): Pick<Dependencies, "notify" | "observeRead"> {
  const { file = "", reads, notices } = request ?? {};
  return {
    notify: (message, about) => {
      print(message);
      if (notices && about) writeObservation(file, { kind: "notice", ...placeOf(about), message });
    },
    ...(reads && { observeRead: (read) => writeObservation(file, { kind: "read", ...read }) }),
  };
}

/** Writes a declared resource, if creates are requested. */
export function observeDeclaration(name: string, request: ObservationRequest | undefined): void {
  if (request?.creates === true) writeObservation(request.file, { kind: "declaration", name });
}

interface InventoriedProcess {
  readonly configuration: Configuration;
  readonly clients: Clients;
  recordedAccounts(names: readonly string[]): readonly string[];
}

/** Writes all integrations of the accounts of a process, if a command requests it. */
export class ProcessInventory {
  readonly #listed = new Set<string | undefined>();
  #listing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly process: InventoriedProcess,
    private readonly request: ObservationRequest | undefined,
  ) {}

  /**
   * Waits until all accounts are listed: those of the configuration, and those that the program has recorded. Lists each once. An explicit
   * provider can have all accounts of the stack, so only those of its integrations are listed.
   *
   * @param bag inputs or outputs of an integration. Their account may come from the account command.
   */
  async take(bag: Bag): Promise<void> {
    if (this.request?.inventory !== true) return;
    const { file } = this.request;
    const { account, providerName } = bag as Partial<Place>;
    const unlisted = this.#accounts(account, providerName).filter((name) => !this.#listed.has(name));
    for (const name of unlisted) this.#listed.add(name);
    this.#listing = Promise.all([this.#listing, this.#list(unlisted, providerName, file)]);
    await this.#listing;
  }

  #accounts(account: string | undefined, providerName: string | undefined): (string | undefined)[] {
    const isName = account !== undefined && account !== unknownValue && !looksLikeToken(account);
    const named = isName ? [account] : [];
    if (providerName !== undefined) return account === undefined ? [undefined] : named;
    const { configuration } = this.process;
    const recorded = this.process.recordedAccounts(named);
    return [...new Set([...configuredAccounts(configuration), ...named, ...recorded])];
  }

  async #list(
    accounts: (string | undefined)[],
    providerName: string | undefined,
    file: string,
  ): Promise<void> {
    for (const { account, integrations = [], error } of await takeInventory(this.process.clients, accounts)) {
      writeObservation(file, {
        kind: "inventory",
        account,
        providerName,
        integrations: integrations.map(knownIntegration),
        error: error === undefined ? undefined : messageOf(error),
      });
    }
  }
}
