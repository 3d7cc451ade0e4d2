import {
  Clients,
  type Configuration,
  type ConfigurationKey,
  type Lookup,
  readConfiguration,
} from "../configuration";
import { containsUnknown } from "../lifecycle/unknown";
import { observationRequest } from "../observation/request";
import type { AmbientLimits, OperationEvent } from "../pinterest";
import { systemClock } from "../pinterest/clock";
import { LogReporter } from "../pinterest/logs/reporter";
import { type EngineAddress, Ledger } from "./ledger";

/** What the resources of one process work with. */
export interface Working {
  readonly configuration: Configuration;
  readonly clients: Clients;
}

/** What a process has around it. */
export interface ProcessOptions {
  /** Has something done before the process ends. @default nothing is done then */
  readonly beforeEnd?: (action: () => Promise<void>) => void;
  /** The address of the engine that started the process. @default none */
  readonly engine?: EngineAddress;
  /** Tells the person at the terminal something that is no error. @default prints it */
  readonly notify?: (message: string) => void;
  /** Whether the user asked for a refresh; undefined if that is not known. @default it is not known */
  readonly isRefreshRequested?: () => boolean | undefined;
  /** What ends the calls of the operation that is under way where this is asked. @default what the configuration says */
  readonly limits?: () => AmbientLimits | undefined;
}

/** How long the end of a process may wait for Pinterest's log, in milliseconds. The engine waits five seconds. */
const lastReportMs = 1000;

/** One process of the engine: its resources share configuration, accounts and with them the accounts' rate limits. */
export class ProviderProcess {
  readonly notify: (message: string) => void;
  private lookup: Lookup = () => undefined;
  private begun: Working | undefined;
  private isRefreshRequested: boolean | "unknown" | undefined;
  readonly ledger: Ledger;

  constructor(private readonly options: ProcessOptions = {}) {
    // Commands that observe a run only preview it.
    this.ledger = new Ledger(options.engine ?? "", { isReadOnly: observationRequest() !== undefined });
    this.notify = options.notify ?? ((message) => console.log(message));
  }

  /** Takes the configuration. A bad one is reported by the operations that need it. */
  configure(lookup: (key: ConfigurationKey) => string | undefined): void {
    this.lookup = lookup;
  }

  /**
   * What operations work with, from the first of them on.
   *
   * @throws Error that names a configuration key whose value is not allowed.
   */
  working(): Working {
    if (this.begun === undefined) {
      const configuration = readConfiguration(this.lookup);
      const { notify } = this;
      const observe = configuration.reportLogs ? this.reporting(notify, () => clients) : undefined;
      const clients: Clients = new Clients(
        configuration,
        notify,
        observe,
        (asked) => this.wantedWith(asked),
        this.options.limits === undefined ? {} : { limits: this.options.limits },
      );
      this.begun = { configuration, clients };
    }
    return this.begun;
  }

  /** What reads do that the user did not ask for, see {@link Surroundings.unrequestedReads}. */
  unrequestedReads(): "check" | "skip" | undefined {
    const { detectDrift } = this.working().configuration;
    this.isRefreshRequested ??= this.options.isRefreshRequested?.() ?? "unknown";
    if (this.isRefreshRequested === true) return undefined;
    if (detectDrift === "always") return "check";
    return this.isRefreshRequested === false ? "skip" : undefined;
  }

  /** Whether the engine is to read integrations before every update. False before the first operation. */
  get refreshBeforeUpdate(): boolean {
    return this.begun?.configuration.refreshBeforeUpdate === true;
  }

  /**
   * Names an account that operations will want, as a check has seen it, so that its token can be had together with others. Does no
   * I/O, and leaves it to the operations to report a bad configuration.
   */
  expect(account: unknown): void {
    if (typeof account !== "string" || containsUnknown(account)) {
      return;
    }
    try {
      this.working().clients.expect(account);
    } catch {
      // The operations report it.
    }
  }

  /**
   * The accounts that the program uses in addition to these, as far as it has recorded them. None if it uses none of these: an explicit
   * provider has accounts of its own.
   */
  wantedWith(asked: readonly string[]): readonly string[] {
    const { accounts } = this.ledger;
    return asked.some((name) => accounts.has(name)) ? [...accounts] : [];
  }

  private reporting(
    warn: (message: string) => void,
    clients: () => Clients,
  ): (event: OperationEvent) => void {
    const reporter = new LogReporter({
      send: async (account, entries, signal) =>
        clients().client(account).reportLogs(entries, { signal, aside: true }),
      warn,
      clock: systemClock,
    });
    this.options.beforeEnd?.(() => reporter.flush(lastReportMs));
    return (event) => reporter.observe(event);
  }
}
