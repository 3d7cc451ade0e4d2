import type { PinterestClient } from "../pinterest";
import type { Inputs } from "./bags";
import type { ImportPlace } from "./import";
import type { Observer } from "./observer";

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
  /** The command with which this front end brings an existing integration under management as it is. */
  importCommand(place: ImportPlace): string;
  /** How long a read that lags behind a write is repeated, in milliseconds. */
  settleTimeoutMs: number;
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

type Deed = "declared" | "kept" | "deleted";

/** What tells one integration from another, as far as it is known. */
export interface Identity {
  externalBusinessId: string;
  account?: string | undefined;
  integrationId?: string | undefined;
  /** Its owner at Pinterest. */
  connectedUserId?: string | undefined;
}

/**
 * What this process has done to which integration. A process of the engine lives for one operation, so this tells a
 * rename (created under its new name, then deleted under its old one) from a deletion that is meant.
 */
export class Session {
  private readonly deeds = new Map<string, Deed>();

  record(identity: Identity, deed: Deed): void {
    for (const key of keys(identity)) {
      this.deeds.set(key, deed);
    }
  }

  deed(identity: Identity): Deed | undefined {
    const known = keys(identity).find((key) => this.deeds.has(key));
    return known === undefined ? undefined : this.deeds.get(known);
  }
}

/**
 * Pinterest's own number comes first: two names of one owner's account lead to the same integration. Its owner comes last:
 * under another name it may have been made anew, with another number.
 */
function keys({ externalBusinessId, account, integrationId, connectedUserId }: Identity): string[] {
  return [
    ...(integrationId === undefined ? [] : [integrationId]),
    JSON.stringify([account ?? null, externalBusinessId]),
    ...(connectedUserId === undefined ? [] : [JSON.stringify(["of", connectedUserId, externalBusinessId])]),
  ];
}
