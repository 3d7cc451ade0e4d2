import type { AmbientLimits, OperationEvent } from "../api";
import { systemClock } from "../api/clock";
import { LogReporter } from "../api/logs/reporter";
import { messageOf } from "../api/message-text";
import {
  Clients,
  type Configuration,
  type ConfigurationKey,
  type Lookup,
  readConfiguration,
} from "../config";

import type { UnrequestedReads } from "../lifecycle/session";
import { containsUnknown } from "../lifecycle/values";
import { Ledger } from "./ledger";
import { observationRequest } from "./observations";

/** Dependencies of a process. */
export interface ProcessOptions {
  /** Runs `action` before the process ends. @default never runs it */
  readonly beforeEnd?: (action: () => Promise<void>) => void;
  /** The address of the engine that started the process. @default none */
  readonly engine?: string | undefined;
  /** Prints a message or warning for the user. @default console.log */
  readonly notify?: (message: string) => void;
  /** Whether the user requested a refresh; undefined if unknown. @default unknown */
  readonly isRefreshRequested?: () => boolean | undefined;
  /** Time limits and abort signal of the operation in progress. @default the limits of the configuration */
  readonly limits?: () => AmbientLimits | undefined;
}

/** The time limit for the last report to Pinterest's log, in milliseconds. The engine kills the process after five seconds. */
const lastReportMs = 1000;

/** A provider process. All its resources share the configuration, the clients and the rate limits of the accounts. */
export class ProviderProcess {
  readonly notify: (message: string) => void;
  private lookup: Lookup = () => undefined;
  private started: { readonly configuration: Configuration; readonly clients: Clients } | undefined;
  readonly ledger: Ledger;

  constructor(private readonly options: ProcessOptions = {}) {
    // Commands that observe a run only preview it.
    this.ledger = new Ledger(options.engine ?? "", observationRequest() !== undefined);
    this.notify = options.notify ?? ((message) => console.log(message));
  }

  /** Sets the configuration. Operations that need an invalid value report it. */
  configure(lookup: (key: ConfigurationKey) => string | undefined): void {
    this.lookup = lookup;
  }

  /** @throws Error that names a configuration key whose value is not allowed. */
  get configuration(): Configuration {
    return this.start().configuration;
  }

  /** @throws like {@link configuration}. */
  get clients(): Clients {
    return this.start().clients;
  }

  private start() {
    if (this.started === undefined) {
      const configuration = readConfiguration(this.lookup);
      const clients = new Clients(
        configuration,
        this.notify,
        configuration.reportLogs ? this.logReporter() : undefined,
        (names) => this.recordedAccounts(names),
        { limits: this.options.limits },
      );
      this.started = { configuration, clients };
    }
    return this.started;
  }

  /** How to answer reads that the user may not have requested. */
  unrequestedReads(): UnrequestedReads {
    const isRequested = this.isRefreshRequested();
    if (isRequested === true) return undefined;
    if (this.configuration.detectDrift === "always") return "check";
    return isRequested === false ? "skip" : undefined;
  }

  /**
   * Whether the engine is to read integrations before every update. False before the first operation. With `detectDrift: refresh`, these
   * reads are skipped, so that the environment variable can enable them. If they cannot be recognized, the engine is not to start them.
   */
  get refreshBeforeUpdate(): boolean {
    if (this.started === undefined) return false;
    return this.started.configuration.detectDrift === "always" || this.isRefreshRequested() !== undefined;
  }

  /** Undefined if unknown. */
  isRefreshRequested(): boolean | undefined {
    return this.options.isRefreshRequested?.();
  }

  /** The error of {@link configuration}, which names a configuration key. Undefined if every value is allowed. */
  configurationProblem(): string | undefined {
    try {
      this.start();
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /**
   * Announces an account that operations will use, so that its token is requested together with others. Performs no I/O and ignores an
   * invalid configuration, which operations report.
   */
  expect(account: unknown): void {
    if (typeof account !== "string" || containsUnknown(account)) return;
    try {
      this.clients.expect(account);
    } catch {
      // The operations report it.
    }
  }

  /**
   * All accounts that the program has recorded, if these are among them. Otherwise none, because an explicit provider has its own accounts.
   */
  recordedAccounts(names: readonly string[]): readonly string[] {
    const { accounts } = this.ledger;
    return names.some((name) => accounts.has(name)) ? [...accounts] : [];
  }

  private logReporter(): (event: OperationEvent) => void {
    const reporter = new LogReporter({
      send: async (account, entries, signal) =>
        this.clients.client(account).reportLogs(entries, { signal, background: true }),
      warn: this.notify,
      clock: systemClock,
    });
    this.options.beforeEnd?.(() => reporter.flush(lastReportMs));
    return (event) => reporter.observe(event);
  }
}
