import type { dynamic } from "@pulumi/pulumi";
import {
  Clients,
  type Configuration,
  type ConfigurationKey,
  fullKey,
  readConfiguration,
} from "../configuration";

/** What the providers of one process work with. */
export interface Working {
  readonly configuration: Configuration;
  readonly clients: Clients;
  /** Tells the person at the terminal something that is no error. */
  readonly notify: (message: string) => void;
}

/** One process of the engine: its providers share configuration, accounts and with them the accounts' rate limits. */
export class ProviderProcess {
  private lookup: (key: ConfigurationKey) => string | undefined = () => undefined;
  private begun: Working | undefined;

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
      this.begun = { configuration, clients: new Clients(configuration, notify), notify };
    }
    return this.begun;
  }
}
