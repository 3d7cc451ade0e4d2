import type { PinterestClient } from "../api";
import type { DeclaredIn } from "../config";
import { DriftCheck } from "../lifecycle/drift-check";
import { Listings } from "../lifecycle/listing";
import type { FieldNames, Inputs, Place } from "../lifecycle/outputs";
import { RunLedger } from "./ledger";
import type { DeletionLimits } from "./ownership";
import { type Wording, wordingOf } from "./wording";

/** How to answer a read that the user did not request: `check` for drift and never fail, or `skip` it. Undefined: read, and fail on errors. */
export type UnrequestedReads = "check" | "skip" | undefined;

/** What is known about the engine's command. */
export interface EngineRun {
  /** Whether the user requested a refresh; undefined if unknown. */
  isRefreshRequested(): boolean | undefined;
  /**
   * Whether the command may leave resources of the program or of state out: because of its targets, because it continues after an error, or
   * because its options are unknown.
   */
  isPartial(): boolean;
  /** Whether the user called the engine with `--run-program`. */
  isProgramRunRequested(): boolean;
  isDestroy(): boolean;
  /** Whether the command is known to change nothing. */
  isPreview(): boolean;
  /** Whether the engine may have configured the provider as in the last update: in a refresh or `destroy` that does not run the program. */
  mayUseLastConfiguration(): boolean;
  /** Whether the user allows deletions although the command may leave resources out. */
  allowsPartialDeletes(): boolean;
}

/** A run that includes all resources and is not a destroy. */
export const completeRun: EngineRun = {
  isRefreshRequested: () => undefined,
  isPartial: () => false,
  isProgramRunRequested: () => false,
  isDestroy: () => false,
  isPreview: () => false,
  mayUseLastConfiguration: () => true,
  allowsPartialDeletes: () => false,
};

/** The dependencies of operations on the process that runs them. */
export interface Dependencies extends DeletionLimits {
  /**
   * Returns the client of a named account, or of the default account.
   *
   * @throws UnconfiguredAccount if the account has no credentials, but others do
   */
  client(account: string | undefined): PinterestClient;
  /**
   * Prints a message or a warning for the user.
   *
   * @param about the integration that the message is about
   */
  notify(message: string, about?: Inputs): void;
  /** Where the integrations are declared. @default "program" */
  declaredIn?: DeclaredIn;
  /** @default {@link completeRun} */
  run?: EngineRun;
  /** How long to retry stale reads after a write, in milliseconds. */
  consistencyTimeoutMs: number;
  /** The accounts whose lists can be read ahead: those with an access token in the configuration. @default none */
  readAheadAccounts?: readonly string[];
  /** @default reads as if the user had requested them */
  unrequestedReads?(): UnrequestedReads;
  /** The policy of reads and deletes if the account has no token, or Pinterest refuses it. */
  whenUnreachable: "fail" | "keep" | "forget";
  /** Whether reads compare the managed secrets that Pinterest shows. */
  compareSecrets: boolean;
  /** Receives the results of reads. With it, reads that fail return the last known values. */
  observeRead?(observation: ReadObservation): void;
  sleep(milliseconds: number): Promise<void>;
  /** The time in milliseconds since 1970. */
  now(): number;
}

/** The state that the operations of one provider process share. The engine starts a process for each of its runs. */
export interface Session extends Dependencies {
  readonly declaredIn: DeclaredIn;
  readonly run: EngineRun;
  /** The words for messages. */
  readonly wording: Wording;
  readonly ledger: RunLedger;
  readonly listings: Listings;
  readonly driftCheck: DriftCheck;
  /** The accounts with a warning that their integrations are not read: see `whenUnreachable`. */
  readonly unreadAccounts: Set<string | undefined>;
  /** The deletions that were sent to Pinterest, finished or not, and the wait that the first ones share: see `checkDeleteLimit`. */
  readonly deletions: { readonly sent: Set<Promise<void>>; quiet?: Promise<void> };
}

/** @param ledger the records of the engine run. @default records of this process alone */
export function openSession(dependencies: Dependencies, ledger = new RunLedger()): Session {
  const { onDelete, deleteLimit, declaredIn = "program", run = completeRun } = dependencies;
  ledger.note("limits", { onDelete, deleteLimit });
  return {
    ...dependencies,
    declaredIn,
    run,
    wording: wordingOf(declaredIn, run),
    ledger,
    listings: new Listings(dependencies),
    driftCheck: new DriftCheck({ ...dependencies, run }),
    unreadAccounts: new Set(),
    deletions: { sent: new Set() },
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
  /** Why it was not read. */
  readonly reason?: string;
  /** The ID of the request that failed for this reason. */
  readonly requestId?: string | undefined;
  /** The remedy. */
  readonly advice?: string | undefined;
}
