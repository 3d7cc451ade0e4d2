import type { PinterestClient } from "../pinterest";
import type { ProviderInputs } from "./bags";

/** What a lifecycle needs from the front end that runs it. */
export interface Surroundings {
  /** The client of a named account, or of the default one. Throws when the account is not configured. */
  client(account: string | undefined): PinterestClient;
  /** Tells the person at the terminal something that is no error. */
  notify(message: string): void;
  /** The command with which this front end brings an existing integration under management as it is. */
  importCommand(externalBusinessId: string): string;
  /** How long a read that lags behind a write is repeated, in milliseconds. */
  settleTimeoutMs: number;
  /** Waits; injected so that tests need no time. */
  sleep(milliseconds: number): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
}

type Deed = "declared" | "kept" | "deleted";

/**
 * What this process has done to which integration. A process of the engine lives for one operation, so this tells a
 * rename (created under its new name, then deleted under its old one) from a deletion that is meant.
 */
export class Session {
  private readonly deeds = new Map<string, Deed>();

  record(externalBusinessId: string, account: ProviderInputs["account"], deed: Deed): void {
    this.deeds.set(key(externalBusinessId, account), deed);
  }

  deed(externalBusinessId: string, account: ProviderInputs["account"]): Deed | undefined {
    return this.deeds.get(key(externalBusinessId, account));
  }
}

function key(externalBusinessId: string, account: string | undefined): string {
  return JSON.stringify([account ?? null, externalBusinessId]);
}
