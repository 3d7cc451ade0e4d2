import { type Credentials, PinterestClient } from "../../../provider/api";
import type { Clock } from "../../../provider/base/clock";
import { completeRun } from "../../../provider/run/engine-command";
import { RunLedger } from "../../../provider/run/ledger";
import { endOfRecords, nextRun } from "../../fake-engine/run-records";
import type { Pinterest } from "../pinterest";
import { ModelProvider } from "../provider";
import type { Command, Sequence } from "./commands";
import type { Resource } from "./engine";
import { type ProviderKey, tokenAccount } from "./program";
import type { Tokens } from "./tokens";

/** The duration of a request in milliseconds of the model's clock. */
const requestMs = 200;

/** The provider processes of one command. */
export class CommandProcesses {
  private readonly engine = nextRun();
  /** The program's access to the records of the run. */
  readonly ledger = new RunLedger(this.engine);
  readonly messages: string[] = [];
  /** The resource of the last call. */
  resource: Resource | undefined;
  /** Called once before the next decision about a deletion. */
  beforeDecision: (() => void) | undefined;
  private readonly providers = new Map<string, ModelProvider>();
  private sent = 0;
  private refused = false;
  /** Removes the records after the kill. */
  private removeLaterRecords: (() => void) | undefined;

  constructor(
    private readonly pinterest: Pinterest,
    private readonly command: Command,
    private readonly reads: Sequence["reads"],
    private readonly tokens: Tokens,
  ) {}

  /** Whether the processes were killed, so that responses are not stored in state. */
  get killed(): boolean {
    const { kill } = this.command;
    return this.refused || (typeof kill === "object" && kill.response === "lost" && this.isSpent);
  }

  /** Call it when the command has ended. */
  async end(): Promise<void> {
    if (this.killed) this.removeLaterRecords?.();
    else this.ledger.note("closed");
    this.ledger.close();
    // The signal is not the engine's, so that the processes record nothing.
    for (const provider of this.providers.values()) await provider.close("SIGTERM");
  }

  of(key: ProviderKey): ModelProvider {
    const name = [key.type, key.provider].join();
    const provider = this.providers.get(name) ?? this.start(key);
    this.providers.set(name, provider);
    return provider;
  }

  /** Kills the processes while they wait for a response. */
  readonly kill = (): void => {
    this.refused = true;
    this.removeLaterRecords ??= endOfRecords();
  };

  private get isSpent(): boolean {
    const { kill } = this.command;
    return this.refused || (typeof kill === "object" && this.sent >= kill.afterRequests);
  }

  private start({ provider }: ProviderKey): ModelProvider {
    const { pinterest, command, reads } = this;
    const clock: Clock = {
      now: () => pinterest.now() + command.skewMs,
      sleep: async (milliseconds) => pinterest.advanceClock(milliseconds),
      random: () => 0.5,
    };
    const clients = new Map<string | undefined, PinterestClient>();
    const client = (account: string | undefined) => {
      const known = clients.get(account) ?? this.client(tokenAccount(provider, account), clock);
      clients.set(account, known);
      return known;
    };
    const { chosen, continueOnError, deleteLimit, onDelete } = command;
    const dependencies = {
      client,
      notify: (message: string) => this.messages.push(message),
      run: {
        ...completeRun,
        isRefreshRequested: command.do === "refresh",
        isPartial: chosen !== undefined || continueOnError,
        isDestroy: command.do === "destroy",
        isPreview: false,
      },
      readMode: () => (command.do === "refresh" ? "requested" : reads),
      consistencyTimeoutMs: 2_000,
      whenUnreachable: "fail" as const,
      compareSecrets: false,
      deleteLimit,
      onDelete,
      ...clock,
    };
    return new ModelProvider(this.engine, dependencies, () => {
      const { beforeDecision } = this;
      this.beforeDecision = undefined;
      beforeDecision?.();
    });
  }

  private client(account: string, clock: Clock): PinterestClient {
    const { pinterest } = this;
    const tokens = this.tokens.credentials(account, clock, (message) => this.messages.push(message));
    const credentials: Credentials = {
      accessToken: async (signal) => {
        if (this.isSpent) {
          this.kill();
          throw new Error("the process was killed");
        }
        const token = await tokens.accessToken(signal);
        this.sent += 1;
        if (this.killed) this.removeLaterRecords ??= endOfRecords();
        pinterest.advanceClock(requestMs);
        return token;
      },
      renew: (rejected, signal) => tokens.renew?.(rejected, signal) ?? Promise.resolve(false),
    };
    return new PinterestClient({
      apiUrl: pinterest.emulator.url,
      credentials,
      maxAttempts: 1,
      clock,
    });
  }
}
