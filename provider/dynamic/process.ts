import type { dynamic } from "@pulumi/pulumi";
import {
  Clients,
  type Configuration,
  type ConfigurationKey,
  fullKey,
  readConfiguration,
} from "../configuration";
import { containsUnknown } from "../lifecycle/unknown";
import type { OperationEvent } from "../pinterest";
import { systemClock } from "../pinterest/clock";
import { LogReporter } from "../pinterest/logs/reporter";
import { type EngineAddress, readWantedAccounts } from "./wanted-accounts";

/** What the providers of one process work with. */
export interface Working {
  readonly configuration: Configuration;
  readonly clients: Clients;
  /** Tells the person at the terminal something that is no error. */
  readonly notify: (message: string) => void;
}

/** How long the end of a process may wait for Pinterest's log, in milliseconds. The engine waits five seconds. */
const lastReportMs = 1000;

/** One process of the engine: its providers share configuration, accounts and with them the accounts' rate limits. */
export class ProviderProcess {
  private lookup: (key: ConfigurationKey) => string | undefined = () => undefined;
  private begun: Working | undefined;

  /**
   * @param beforeEnd has something done before the process ends.
   * @param engine the address of the engine that started the process.
   */
  constructor(
    private readonly beforeEnd: (action: () => Promise<void>) => void = () => {},
    private readonly engine: EngineAddress = "",
  ) {}

  /**
   * Takes the configuration, which is the same for all providers of a process. The SDK hands out a provider before its `configure` is
   * done, so this happens at once, and a bad configuration is reported by the operations that need it.
   */
  configure({ config }: dynamic.ConfigureRequest): Promise<void> {
    this.lookup = (key) => config.get(fullKey(key));
    return Promise.resolve();
  }

  /**
   * What operations work with, from the first of them on.
   *
   * @throws Error that names a configuration key whose value is not allowed.
   */
  working(): Working {
    if (this.begun === undefined) {
      const configuration = readConfiguration(this.lookup);
      const notify = (message: string) => console.log(message);
      const observe = configuration.reportLogs ? this.reporting(notify, () => clients) : undefined;
      const clients: Clients = new Clients(configuration, notify, observe, (asked) =>
        readWantedAccounts(this.engine, asked),
      );
      this.begun = { configuration, clients, notify };
    }
    return this.begun;
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

  /** The accounts that the program wants beside this one, as far as it has said so. */
  wantedWith(account: string): readonly string[] {
    return readWantedAccounts(this.engine, [account]);
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
    this.beforeEnd(() => reporter.flush(lastReportMs));
    return (event) => reporter.observe(event);
  }
}
