import { appendFileSync, readFileSync } from "node:fs";
import {
  type FieldNames,
  type Integration,
  type IntegrationFields,
  looksLikeToken,
  type OperationEvent,
  type PinterestError,
} from "../api";
import { type Bag, defined, pick } from "../base/bag";
import { messageOf } from "../base/message-text";
import {
  type AccountInventory,
  type Clients,
  type Configuration,
  configuredAccounts,
  takeInventory,
} from "../config";
import { unknownValue } from "./constants";
import { type Place, placeOf } from "./identity";
import type { DeletionLimits } from "./ledger";
import type { ObservationRequest } from "./run-context";

/** The integrations of an account, or the reason why they could not be listed. */
export interface InventoryObservation {
  /** Absent for the default account. */
  readonly account?: string | undefined;
  /** The explicit provider's name. */
  readonly providerName?: string | undefined;
  readonly integrations: readonly KnownIntegration[];
  readonly error?: string | undefined;
}

export type KnownIntegration = Readonly<Pick<Integration, "externalBusinessId" | "integrationId">>;

/** The IDs of an account's integrations, without their other fields, which can be secrets. */
export function inventoryOf({ account, integrations = [], error }: AccountInventory): InventoryObservation {
  return {
    integrations: integrations.map((one) => pick(one, ["externalBusinessId", "integrationId"])),
    ...defined({ account, error: error === undefined ? undefined : messageOf(error) }),
  };
}

/** The result of reading an integration in state. It contains no values of fields, because any of them may be a secret. */
export interface ReadObservation extends Place {
  /** `revoked`: Pinterest refuses the account. `unreachable`: any other failure, such as an account without a token. */
  readonly outcome: "read" | "missing" | "revoked" | "unreachable";
  /** The managed fields whose values at Pinterest differ from those of the last write. */
  readonly changed: FieldNames;
  /** Whether somebody deleted and recreated the integration since the last write. */
  readonly recreated?: boolean;
  /** The managed secrets, if they are not compared. */
  readonly uncompared?: FieldNames;
  /** The reason why it was not read. */
  readonly reason?: string;
  /** The ID of the request that failed for this reason. */
  readonly requestId?: string | undefined;
  /** The remedy. */
  readonly advice?: string | undefined;
}

/**
 * The predicted result of a create.
 *
 * `created`: it does not exist. `adopted`: it exists and matches the program. `overwritten`: it differs, and `adopt` is set.
 * `refused`: it differs. `foreign`: it belongs to another owner. `unknown`: this depends on values that are unknown until the update.
 * `not-checked`: the read failed.
 */
export type CreateVerdict =
  | "created"
  | "adopted"
  | "overwritten"
  | "refused"
  | "foreign"
  | "unknown"
  | "not-checked";

/** A create of the next update. The external business ID and the account may be the engine's string for an unknown value. */
export interface CreateObservation extends Place {
  readonly verdict: CreateVerdict;
  readonly integrationId?: string;
  /** The fields that are overwritten, that are the reason of a refusal, or whose values are unknown. */
  readonly fields?: FieldNames;
  /**
   * Pinterest's values of the differing fields in canonical form. Contains no partner token or e-mail address. The program may declare a
   * field as a secret, which only the engine knows: before you print a value, ask it.
   */
  readonly live?: IntegrationFields;
  /** The differing fields that the program omits. */
  readonly omitted?: FieldNames;
  /** The secrets that are written to the existing integration, because they cannot be compared. */
  readonly notCompared?: FieldNames;
  /** The reason why the verdict is not `created`, `adopted` or `overwritten`. */
  readonly reason?: string;
  /** The ID of the request that failed for this reason. */
  readonly requestId?: string;
  /** For `not-checked`: the remedy. For `foreign`: the whole message, including the reason. */
  readonly advice?: string;
  /** Whether its account failed, and the engine continues with other resources after such a failure. */
  readonly updateContinues?: true;
}

/** A line of the file. */
export type Observation =
  // The name of a resource that the program declares, in the program's order. Only JavaScript and TypeScript programs write these.
  | { readonly kind: "declaration"; readonly name: string }
  | ({ readonly kind: "read" } & ReadObservation)
  | ({ readonly kind: "create" } & CreateObservation)
  // The limits on deletions of a process.
  | ({ readonly kind: "limits" } & DeletionLimits)
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

/** Writes a failed operation on an integration, if notices are requested. */
export function observeOperation(
  { externalBusinessId, account, error }: Pick<OperationEvent, "externalBusinessId" | "account" | "error">,
  request: ObservationRequest | undefined,
): void {
  if (error === undefined || externalBusinessId === undefined) return;
  const { isTransient, status, requestId, summary } = error;
  const failure = { externalBusinessId, account, isTransient, status, requestId, summary };
  writeObservation({ kind: "operation failure", ...failure }, request);
}

/** The request for each kind of observation. `always`: each command that reads observations reports why its account command failed. */
const requestFor = {
  declaration: "creates",
  create: "creates",
  limits: "creates",
  read: "reads",
  notice: "notices",
  "operation failure": "notices",
  "command failure": "always",
  inventory: "inventory",
} as const satisfies Record<Observation["kind"], Exclude<keyof ObservationRequest, "file"> | "always">;

/** Appends an observation to the file if a command requests it, in one write, so that lines of several processes do not mix. */
export function writeObservation(observation: Observation, request: ObservationRequest | undefined): void {
  if (request === undefined) return;
  const needed = requestFor[observation.kind];
  if (needed !== "always" && !request[needed]) return;
  try {
    appendFileSync(request.file, `${JSON.stringify(observation)}\n`);
  } catch (error) {
    // The command was terminated and its directory deleted. The engine's operations continue.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Reads the observations in a file. Does not validate them, because the same version of the package wrote them. */
export function readObservations(file: string): Observation[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Observation);
}

/** The reports of operations, in addition to their results. */
export interface OperationHooks {
  /**
   * Prints a message or a warning for the user.
   *
   * @param about the integration that the message is about
   */
  notify(message: string, about?: Place): void;
  /** Receives the results of reads. With it, reads that fail return the last known values. */
  observeRead?(observation: ReadObservation): void;
}

/** The hooks of the operations: print messages, and write messages and the results of reads if a command requests them. */
export function operationHooks(
  print: (message: string) => void,
  request: ObservationRequest | undefined,
): OperationHooks {
  return {
    notify: (message, about) => {
      print(message);
      if (about !== undefined) writeObservation({ kind: "notice", ...placeOf(about), message }, request);
    },
    ...(request?.reads && { observeRead: (read) => writeObservation({ kind: "read", ...read }, request) }),
  };
}

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
    const { account, providerName } = bag as Partial<Place>;
    const unlisted = this.accounts(account, providerName).filter((name) => !this.listed.has(name));
    for (const name of unlisted) this.listed.add(name);
    this.listing = Promise.all([this.listing, this.list(unlisted, providerName)]);
    await this.listing;
  }

  private accounts(account: string | undefined, providerName: string | undefined): (string | undefined)[] {
    const isName = account !== undefined && account !== unknownValue && !looksLikeToken(account);
    const named = isName ? [account] : [];
    if (providerName !== undefined) return account === undefined ? [undefined] : named;
    const { configuration } = this.process;
    const recorded = this.process.recordedAccounts(named);
    return [...new Set([...configuredAccounts(configuration), ...named, ...recorded])];
  }

  private async list(accounts: (string | undefined)[], providerName: string | undefined): Promise<void> {
    for (const listing of await takeInventory(this.process.clients, accounts))
      writeObservation({ kind: "inventory", providerName, ...inventoryOf(listing) }, this.request);
  }
}
