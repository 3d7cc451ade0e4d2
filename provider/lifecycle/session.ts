import type { PinterestClient } from "../api";
import type { Configuration, DeclaredIn } from "../config";
import type { EngineRun } from "../run/engine-command";
import { type DeletionLimits, RunLedger } from "../run/ledger";
import type { OperationHooks } from "../run/observations";
import { wordingOf } from "../run/wording";
import { DriftCheck } from "./drift-check";
import { Listings } from "./listing";
import { PredictionReads } from "./prediction-reads";

/**
 * How to handle a read. `requested`: read, and fail on errors, because the user has requested a refresh. `check`: read to find drift, and never
 * fail. `skip`: return the last known values.
 */
export type ReadMode = "requested" | "check" | "skip";

/** The dependencies of operations on the process that runs them. */
export interface Dependencies
  extends DeletionLimits,
    OperationHooks,
    Pick<Configuration, "consistencyTimeoutMs" | "whenUnreachable" | "compareSecrets"> {
  /**
   * Returns the client of a named account, or of the default account.
   *
   * @throws UnconfiguredAccount if the account has no credentials, but others do
   */
  client(account: string | undefined): PinterestClient;
  readonly declaredIn: DeclaredIn;
  readonly run: EngineRun;
  /** The accounts whose lists can be read ahead: those with an access token in the configuration. @default none */
  readAheadAccounts?: readonly string[];
  readMode(): ReadMode;
  sleep(milliseconds: number): Promise<void>;
  /** The time in milliseconds since 1970. */
  now(): number;
}

/** The state that the operations of one provider process share. The engine starts a process for each of its runs. */
export type Session = Readonly<ReturnType<typeof openSession>>;

/** @param ledger the records of the engine run. @default records of this process alone */
export function openSession(dependencies: Dependencies, ledger = new RunLedger()) {
  const { onDelete, deleteLimit, declaredIn, run } = dependencies;
  ledger.note("limits", { onDelete, deleteLimit });
  return {
    ...dependencies,
    /** The words for messages. */
    wording: wordingOf(declaredIn, run),
    ledger,
    listings: new Listings(dependencies),
    driftCheck: new DriftCheck(dependencies),
    predictions: new PredictionReads(),
    /** The accounts with a warning that their integrations are not read: see `whenUnreachable`. */
    unreadAccounts: new Set<string | undefined>(),
    /** The deletions that were sent to Pinterest, finished or not, and the wait that the first ones share: see `checkDeleteLimit`. */
    deletions: { sent: new Set<Promise<unknown>>(), quiet: undefined as Promise<void> | undefined },
  };
}
