import { type Credentials, PinterestClient } from "../../provider/api";
import type { Clock } from "../../provider/base/clock";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { type Dependencies, openSession, type Session } from "../../provider/lifecycle/session";
import { completeRun } from "../../provider/run/engine-command";
import { RunLedger } from "../../provider/run/ledger";
import { type DirectCall, DirectProvider } from "../fake-engine/direct-provider";
import type { RunFacts } from "../fake-engine/options";
import { endOfRecords, forgetRuns, nextRun } from "../fake-engine/run-records";
import type { Resource } from "../fake-engine/state";
import { KillSwitch } from "./kill-switch";
import type { Pinterest } from "./pinterest";
import { type ProviderKey, tokenAccount } from "./program";
import type { Command, Settings } from "./sequence";
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
  private readonly processes = new Map<string, ModelProcess>();
  private readonly killSwitch: KillSwitch;
  /** Removes the records after the kill. */
  private removeLaterRecords: (() => void) | undefined;
  private readonly stopExchangeFault: (() => void) | undefined;

  constructor(
    private readonly pinterest: Pinterest,
    private readonly command: Omit<Command, "chosen">,
    private readonly settings: Settings,
    private readonly tokens: Tokens,
  ) {
    const { kill, expires, exchange } = command;
    this.killSwitch = new KillSwitch(typeof kill === "object" ? kill : undefined, () => {
      this.removeLaterRecords ??= endOfRecords();
    });
    if (expires) tokens.expire();
    this.stopExchangeFault = exchange && tokens.arm(exchange, this.killSwitch.killNow);
  }

  /** Call it when the command has ended. */
  async end(): Promise<void> {
    this.stopExchangeFault?.();
    if (this.killSwitch.isKilled) this.removeLaterRecords?.();
    else this.ledger.note("closed");
    this.ledger.close();
    // The signal is not the engine's, so that the processes record nothing.
    for (const process of this.processes.values()) await process.close("SIGTERM");
  }

  /** Connects to the process of a provider. */
  connect(key: ProviderKey, run: RunFacts): DirectProvider {
    const name = [key.type, key.provider].join();
    return new DirectProvider({
      start: () => {
        const process = this.processes.get(name) ?? this.start(key, run);
        this.processes.set(name, process);
        return process;
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

  private start({ provider }: ProviderKey, run: RunFacts): ModelProcess {
    const { pinterest, command, settings } = this;
    const { deleteLimit, onDelete, skewMs } = command;
    // A new object for each process, because clients of one process share data by this object.
    const clock: Clock = {
      now: () => pinterest.now() + skewMs,
      sleep: async (milliseconds) => {
        if (command.losesRecords && this.last?.method === "delete") forgetRuns();
        pinterest.advanceClock(milliseconds);
      },
      random: () => 0.5,
    };
    const clients = new Map<string | undefined, PinterestClient>();
    const notify = (message: string) => this.messages.push(message);
    const client = (account: string | undefined) => {
      const known =
        clients.get(account) ??
        new PinterestClient({
          apiUrl: pinterest.emulator.url,
          credentials: this.credentials(tokenAccount(provider, account), clock),
          maxAttempts: settings.maxAttempts,
          onWait: notify,
          clock,
          ...(account === undefined ? {} : { account }),
        });
      clients.set(account, known);
      return known;
    };
    const dependencies = {
      ...{ deleteLimit, onDelete, notify, client },
      ...clock,
      declaredIn: "program",
      whenUnreachable: "fail",
      compareSecrets: false,
      consistencyTimeoutMs: 10_000,
      run: { ...completeRun, ...run },
      readMode: () => (run.isRefreshRequested ? "requested" : settings.reads),
    } as const;
    return new ModelProcess(this.engine, dependencies, () => this.startOverlapping());
  }

  private credentials(account: string, clock: Clock): Credentials {
    const { pinterest, killSwitch, settings } = this;
    const refreshed = settings.refreshesTokens
      ? this.tokens.credentials(account, clock, (message) => this.messages.push(message))
      : undefined;
    return {
      accessToken: async (signal) => {
        killSwitch.ensureRunning();
        const token = refreshed ? await refreshed.accessToken(signal) : pinterest.emulator.token(account);
        killSwitch.countRequest();
        pinterest.advanceClock(requestMs);
        return token;
      },
      renew: async (rejected, signal) => (await refreshed?.renew?.(rejected, signal)) ?? false,
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

/** A provider process whose clock, clients and limits are those of a model. It shares the records of its engine's run. */
class ModelProcess extends ProviderProcess {
  private readonly modelSession: Session;

  /** @param beforeDecision called after this process has recorded that a resource leaves state, and before it decides what to do */
  constructor(engine: string, dependencies: Dependencies, beforeDecision: () => void) {
    super({ engine, ...dependencies, logger: { log: () => {}, continuesAfterFailures: async () => true } });
    const ledger = new RunLedger(engine);
    const completeRecords = ledger.completeRecords.bind(ledger);
    ledger.completeRecords = () => {
      beforeDecision();
      return completeRecords();
    };
    this.modelSession = openSession(dependencies, ledger);
  }

  override get session(): Session {
    return this.modelSession;
  }

  override configurationProblem(): undefined {
    return undefined;
  }

  override announceAccount(): void {}

  override async close(signal: NodeJS.Signals): Promise<void> {
    await super.close(signal);
    this.modelSession.ledger.close();
  }
}
