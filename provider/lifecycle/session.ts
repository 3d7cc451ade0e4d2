import type { PinterestClient } from "../api";
import { DriftCheck, UnreachableAccounts } from "./drift-check";
import { Listings, ReadAhead } from "./listing";
import type { Observer } from "./observer";
import type { Inputs } from "./outputs";
import { RunLedger } from "./ownership";

/** How to answer a read that the user did not request: `check` for drift and never fail, or `skip` it. Undefined: read, and fail on errors. */
export type UnrequestedReads = "check" | "skip" | undefined;

/** What the operations need from the process that runs them. */
export interface Dependencies {
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
  /** The URN of the resource of the current call. Undefined in the dynamic provider protocol. */
  currentUrn?(): string | undefined;
  /** How long to retry stale reads after a write, in milliseconds. */
  consistencyTimeoutMs: number;
  /** The accounts whose lists can be read ahead: those with an access token in the configuration. @default none */
  readAheadAccounts?: readonly string[];
  /** @default reads as if the user had requested them */
  unrequestedReads?(): UnrequestedReads;
  /** What reads and deletes do if the account has no token, or Pinterest refuses it. */
  whenUnreachable: "fail" | "keep" | "forget";
  /** Whether reads compare the managed secrets that Pinterest shows. */
  compareSecrets: boolean;
  /** How many integrations one run may delete. @default any number */
  deleteLimit?: number;
  /** Receives the results of reads. If there is one, reads that fail return the last known values. */
  observer?: Observer;
  sleep(milliseconds: number): Promise<void>;
  /** The time in milliseconds since 1970. */
  now(): number;
}

/** What the operations of one provider process share. The engine starts a process for each of its runs. */
export interface Session extends Dependencies {
  readonly ledger: RunLedger;
  readonly listings: Listings;
  readonly readAhead: ReadAhead;
  readonly driftCheck: DriftCheck;
  readonly unreachable: UnreachableAccounts;
  /** The deletions in progress, and the end of the wait that the first ones share: see `checkDeleteLimit`. */
  readonly deletions: { readonly running: Set<Promise<void>>; quiet?: Promise<void> };
}

/** @param ledger the records of the engine run. @default records of this process alone */
export function openSession(dependencies: Dependencies, ledger = new RunLedger()): Session {
  const listings = new Listings(dependencies);
  const notify = (message: string) => dependencies.notify(message);
  return {
    ...dependencies,
    ledger,
    listings,
    readAhead: new ReadAhead(dependencies, listings),
    driftCheck: new DriftCheck(notify),
    unreachable: new UnreachableAccounts(notify),
    deletions: { running: new Set() },
  };
}
