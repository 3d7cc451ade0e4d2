import type { PinterestClient } from "../api";
import { type Lookup, lookupIn } from "../config";
import { commandFor } from "../config/account-source";
import { TokenWarnings } from "../config/expiries";
import { containsUnknown } from "../lifecycle/values";
import { IntegrationLogs } from "../runtime/integration-logs";
import { Integrations } from "../runtime/integrations";
import { type ProcessOptions, ProviderProcess } from "../runtime/provider-process";
import { EngineCalls } from "./call";
import type { EngineLog } from "./engine-log";
import { invoke } from "./functions";
import { type Importable, listIntegrations } from "./import";
import type { Properties } from "./property-values";
import { PluginIntegrations, PluginLogs, type PluginResource } from "./resources";
import type { Struct } from "./sdk-libraries";
import { integrationType, logType, providerType } from "./tokens";

/** The dependencies of one configuration. */
interface Configured {
  readonly process: ProviderProcess;
  readonly resources: ReadonlyMap<string, PluginResource>;
  readonly tokens: TokenWarnings;
}

/** A provider. The engine starts a process for each default or explicit one. */
export class Plugin {
  readonly calls = new EngineCalls();
  private current: Configured | undefined;

  /** @param log prints a message next to the resource of a URN. */
  constructor(
    private readonly log: EngineLog,
    private options: ProcessOptions = {},
  ) {}

  /** Sets the engine that the next configuration belongs to. */
  attach(engine: string): void {
    this.options = { ...this.options, engine };
  }

  /**
   * Sets the configuration, and resets all other state. Several engines can attach to one process, one after the other, and one may delete
   * what another has created.
   *
   * @param urn the provider's URN.
   */
  configure(args: Properties, urn: string): void {
    this.current = this.configured(lookupIn(args.values), explicitName(urn));
  }

  async check(type: string, urn: string, olds: Properties, news: Properties) {
    const checked = await this.resource(type).check(urn, olds, news);
    const { account } = news.values;
    if (checked.problems.length === 0 && !containsUnknown(account)) {
      this.serving.tokens.of(account === null ? undefined : (account as string | undefined));
    }
    return checked;
  }

  /** @throws Error if the package does not have the type. */
  resource(type: string): PluginResource {
    const { resources } = this.serving;
    const resource = resources.get(type);
    if (resource === undefined) {
      throw new Error(
        `'${type}' is not a resource of this package; use one of: ${[...resources.keys()].join(", ")}`,
      );
    }
    return resource;
  }

  invoke(token: string, args: Properties): Promise<Struct> {
    return invoke(token, args, (account) => this.client(account));
  }

  list(type: string, query: Properties, limit: number): Promise<Importable[]> {
    if (type !== integrationType) throw new Error(`'${type}' cannot be listed`);
    return listIntegrations(query, limit, (account) => this.client(account));
  }

  /** Without a configuration, the environment applies. */
  private get serving(): Configured {
    this.current ??= this.configured(() => undefined, undefined);
    return this.current;
  }

  private client(account: string | undefined): PinterestClient {
    return this.serving.process.working().clients.client(account);
  }

  private print(severity: "info" | "warning", message: string): void {
    this.log(severity, this.calls.current?.urn ?? "", message);
  }

  private configured(lookup: Lookup, providerName: string | undefined): Configured {
    const process = new ProviderProcess({
      ...this.options,
      notify: (message) => this.print("info", message),
      limits: () => this.calls.current?.limits,
    });
    process.configure(lookup);
    const integrations = new Integrations(process, {
      sleep: (milliseconds) => this.calls.sleep(milliseconds),
      currentUrn: () => this.calls.current?.urn,
    });
    const isAccount = (name: string) => {
      const { configuration } = process.working();
      return configuration.accounts.has(name) || commandFor(configuration, name) !== undefined;
    };
    return {
      process,
      resources: new Map<string, PluginResource>([
        [integrationType, new PluginIntegrations(integrations, providerName, isAccount)],
        [logType, new PluginLogs(new IntegrationLogs(process))],
      ]),
      tokens: new TokenWarnings(lookup, (message) => this.print("warning", message)),
    };
  }
}

/** The name of an explicit provider. The engine names a default provider by its version and address. */
function explicitName(urn: string): string | undefined {
  const [type, name] = urn.split("::").slice(-2);
  return type === providerType && name !== undefined && !/^default(_|$)/.test(name) ? name : undefined;
}
