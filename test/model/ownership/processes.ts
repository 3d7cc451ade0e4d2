import type { Credentials } from "../../../provider/api";
import type { Clock } from "../../../provider/base/clock";
import { completeRun } from "../../../provider/run/engine-command";
import { RunLedger } from "../../../provider/run/ledger";
import { type DirectCall, DirectProvider } from "../../fake-engine/direct-provider";
import { endOfRecords, forgetRuns, nextRun } from "../../fake-engine/run-records";
import type { Resource } from "../../fake-engine/state";
import { KillSwitch } from "../kill-switch";
import type { Pinterest } from "../pinterest";
import { ModelProvider } from "../provider";
import type { Command, Sequence } from "./commands";
import { type ProviderKey, tokenAccount } from "./program";
import type { Tokens } from "./tokens";

/** The duration of a request in milliseconds of the model's clock. */
const requestMs = 200;

/** A call of a provider process. */
type Call = DirectCall & { readonly process: string; readonly ended?: Promise<unknown> };

/** The provider processes of one command. */
export class CommandProcesses {
  private readonly engine = nextRun();
  /** The program's access to the records of the run. */
  readonly ledger = new RunLedger(this.engine);
  readonly messages: string[] = [];
  /** The resource of the last update or deletion. */
  resource: Resource | undefined;
  private last: Call | undefined;
  /** Starts a deletion that overlaps the last one. */
  private startOverlapping: () => void = () => {};
  private readonly providers = new Map<string, ModelProvider>();
  readonly killSwitch: KillSwitch;
  /** Removes the records after the kill. */
  private removeLaterRecords: (() => void) | undefined;

  constructor(
    private readonly pinterest: Pinterest,
    private readonly command: Command,
    private readonly reads: Sequence["reads"],
    private readonly tokens: Tokens,
  ) {
    const { kill } = command;
    this.killSwitch = new KillSwitch(typeof kill === "object" ? kill : undefined, () => {
      this.removeLaterRecords ??= endOfRecords();
    });
  }

  /** Call it when the command has ended. */
  async end(): Promise<void> {
    if (this.killSwitch.isKilled) this.removeLaterRecords?.();
    else this.ledger.note("closed");
    this.ledger.close();
    // The signal is not the engine's, so that the processes record nothing.
    for (const provider of this.providers.values()) await provider.close("SIGTERM");
  }

  /** Connects to the process of a provider. */
  connect(key: ProviderKey): DirectProvider {
    const name = [key.type, key.provider].join();
    return new DirectProvider({
      start: () => {
        const provider = this.providers.get(name) ?? this.start(key);
        this.providers.set(name, provider);
        return provider;
      },
      refreshBeforeUpdate: true,
      call: (call, action) =>
        this.inTurn({ ...call, process: name }, () =>
          this.killSwitch.run(async () => {
            this.resource = "resource" in call ? call.resource : undefined;
            return action();
          }),
        ),
    });
  }

  /**
   * Runs calls one after the other, except for two deletions of one integration by two processes, which overlap: both processes record that their
   * resource leaves, before one of them decides.
   */
  private inTurn<T>(call: Call, action: () => Promise<T>): Promise<T> {
    const { last, command } = this;
    const result = new Promise<T>((resolve, reject) => {
      let isStarted = false;
      const start = () => {
        if (isStarted) return;
        isStarted = true;
        action().then(resolve, reject);
      };
      if (last !== undefined && isShared(last, call)) this.startOverlapping = start;
      // The engine starts two deletions before one of them sends a request.
      const next = async () => {
        await last?.ended;
        if (command.overlaps) await new Promise((started) => setImmediate(started));
        start();
      };
      void next();
    });
    this.last = { ...call, ended: Promise.allSettled([last?.ended, result]) };
    return result;
  }

  private start({ provider }: ProviderKey): ModelProvider {
    const { pinterest, command, reads } = this;
    const { chosen, continueOnError, deleteLimit, onDelete, skewMs } = command;
    return new ModelProvider(this.engine, {
      ...{ pinterest, deleteLimit, onDelete, skewMs },
      credentials: (account, clock) => this.credentials(tokenAccount(provider, account), clock),
      maxAttempts: 1,
      notify: (message) => this.messages.push(message),
      run: {
        ...completeRun,
        isRefreshRequested: command.do === "refresh",
        isPartial: chosen !== undefined || continueOnError,
        isDestroy: command.do === "destroy",
        isPreview: false,
      },
      readMode: () => (command.do === "refresh" ? "requested" : reads),
      consistencyTimeoutMs: 2_000,
      beforeDecision: () => this.startOverlapping(),
      onPause: () => {
        if (command.losesRecords && this.last?.method === "delete") forgetRuns();
      },
    });
  }

  private credentials(account: string, clock: Clock): Credentials {
    const { pinterest, killSwitch } = this;
    const tokens = this.tokens.credentials(account, clock, (message) => this.messages.push(message));
    return {
      accessToken: async (signal) => {
        killSwitch.ensureRunning();
        const token = await tokens.accessToken(signal);
        killSwitch.countRequest();
        pinterest.advanceClock(requestMs);
        return token;
      },
      renew: (rejected, signal) => tokens.renew?.(rejected, signal) ?? Promise.resolve(false),
    };
  }
}

/**
 * Whether two processes delete one integration. Deletions of two owners' integrations with the same ID both reach Pinterest, and the model could not
 * tell whose was carried out.
 */
function isShared(one: Call, other: Call): boolean {
  if (one.method !== "delete" || other.method !== "delete" || one.process === other.process) return false;
  const owner = ({ resource }: typeof one) => resource.outputs.connectedUserId;
  return one.resource.id === other.resource.id && owner(one) === owner(other);
}
