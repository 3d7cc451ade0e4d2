import type { PinterestClient } from "../api";
import type { Inputs } from "./bags";
import type { Observer } from "./observer";

/** How to answer a read that the user did not request: `check` for drift and never fail, or `skip` it. Undefined: read, and fail on errors. */
export type UnrequestedReads = "check" | "skip" | undefined;

/** What a lifecycle needs from the front end that runs it. */
export interface Surroundings {
  /** The client of a named account, or of the default one. Throws where there is none: an UnconfiguredAccount where others are configured. */
  client(account: string | undefined): PinterestClient;
  /**
   * Tells the person at the terminal something that is no error.
   *
   * @param about the integration of which it is, where it is of one.
   */
  notify(message: string, about?: Inputs): void;
  /** The URN of the resource of the current call. Undefined in the dynamic provider protocol. */
  currentUrn?(): string | undefined;
  /** How long to retry stale reads after a write, in milliseconds. */
  consistencyTimeoutMs: number;
  /** The accounts whose lists may be read ahead: those with an access token in the configuration. */
  readAheadAccounts?: readonly string[];
  /** @default reads as if the user had requested them */
  unrequestedReads?(): UnrequestedReads;
  /** What becomes of reads and deletions where an account is refused or has no token. */
  whenUnreachable: "fail" | "keep" | "forget";
  /** Whether reads compare the managed tokens and e-mail, where Pinterest shows them. */
  compareSecrets: boolean;
  /** How many integrations this process may delete; any number when left out. */
  deleteLimit?: number;
  /** Is told what reads find, and takes the place of their failing. */
  observer?: Observer;
  /** Waits; injected so that tests need no time. */
  sleep(milliseconds: number): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
}
