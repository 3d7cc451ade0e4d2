import { PinterestClient } from "../../../provider/api";
import type { Clock } from "../../../provider/api/clock";
import { RunLedger } from "../../../provider/lifecycle/ledger";
import { openSession, type Session } from "../../../provider/lifecycle/session";
import type { Pinterest } from "../pinterest";
import type { Command } from "./commands";
import type { Resource } from "./engine";
import { type ProviderKey, tokenAccount, type Urn } from "./program";

/** The duration of a request in milliseconds of the model's clock. */
const requestMs = 200;

/** A call of a provider. */
export interface Call {
  readonly urn: Urn;
  /** The resource in state. Undefined for a create. */
  readonly resource?: Resource | undefined;
  /** Whether the resource is deleted for a replacement. */
  readonly replaces: boolean;
}

/** The provider processes of one command. */
export class CommandProcesses {
  readonly ledger = new RunLedger();
  /** The last call. */
  call: Call = { urn: "", replaces: false };
  readonly #processes = new Map<string, Session>();
  #sent = 0;
  #refused = false;

  constructor(
    private readonly pinterest: Pinterest,
    private readonly command: Command,
  ) {}

  /** Whether the processes were killed, so that answers are not stored in state. */
  get killed(): boolean {
    return this.#refused || (this.command.kill?.answer === "lost" && this.#isSpent);
  }

  of(key: ProviderKey): Session {
    const name = [key.type, key.provider].join();
    const process = this.#processes.get(name) ?? this.#start(key);
    this.#processes.set(name, process);
    return process;
  }

  get #isSpent(): boolean {
    const { kill } = this.command;
    return kill !== undefined && this.#sent >= kill.afterRequests;
  }

  #start({ type, provider }: ProviderKey): Session {
    const { pinterest } = this;
    const clock: Clock = {
      now: () => pinterest.now(),
      sleep: async (milliseconds) => pinterest.advanceClock(milliseconds),
      random: () => 0.5,
    };
    const clients = new Map<string | undefined, PinterestClient>();
    const client = (account: string | undefined) => {
      const known = clients.get(account) ?? this.#client(tokenAccount(provider, account), clock);
      clients.set(account, known);
      return known;
    };
    const { deleteLimit } = this.command;
    const dependencies = {
      client,
      notify: () => {},
      consistencyTimeoutMs: 2_000,
      whenUnreachable: "fail" as const,
      compareSecrets: false,
      ...(deleteLimit === undefined ? {} : { deleteLimit }),
      // Only the plugin's protocol has URNs.
      ...(type === "plugin" ? { currentUrn: () => this.call.urn } : {}),
      ...clock,
    };
    return openSession(dependencies, this.ledger);
  }

  #client(account: string, clock: Clock): PinterestClient {
    const { pinterest } = this;
    const token = pinterest.emulator.token(account);
    const accessToken = async () => {
      if (this.#isSpent) {
        this.#refused = true;
        throw new Error("the process was killed");
      }
      this.#sent += 1;
      pinterest.advanceClock(requestMs);
      return token;
    };
    return new PinterestClient({
      apiUrl: pinterest.emulator.url,
      credentials: { accessToken },
      maxAttempts: 1,
      clock,
    });
  }
}
