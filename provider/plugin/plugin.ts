import type { PinterestClient } from "../api";
import type { Lookup } from "../config";
import { commandFor } from "../config/account-source";
import { TokenWarnings } from "../config/expiries";
import { containsUnknown } from "../lifecycle/values";
import { IntegrationLogs } from "../runtime/integration-logs";
import { Integrations } from "../runtime/integrations";
import { type ProcessOptions, ProviderProcess } from "../runtime/provider-process";
import { EngineCalls } from "./call";
import { CommerceIntegrations } from "./commerce-integrations";
import { configurationTexts } from "./configuration-texts";
import type { EngineLog } from "./engine-log";
import { invoke } from "./functions";
import { PluginLogs } from "./integration-logs";
import { listIntegrations } from "./list";
import type { Properties } from "./property-values";
import type { PluginResource } from "./resource";
import type { Struct } from "./sdk-libraries";
import { integrationType, logType, providerType } from "./tokens";

/** What one configuration of a provider serves. */
interface Serving {
  readonly process: ProviderProcess;
  readonly resources: ReadonlyMap<string, PluginResource>;
  readonly tokens: TokenWarnings;
}

/** One provider, default or explicit: the engine has a process for each. */
export class Plugin {
  readonly calls = new EngineCalls();
  private configured: Serving | undefined;

  /** @param log tells the person at the terminal something beside the resource of this URN. */
  constructor(
    private readonly log: EngineLog,
    private options: ProcessOptions = {},
  ) {}

  /** Serves another engine from the next configuration on. */
  attach(engine: string): void {
    this.options = { ...this.options, engine };
  }

  /**
   * Takes a configuration. What was done under another one is forgotten: a process that engines attach themselves to serves many of
   * them, one after the other, and what one has made, another may delete.
   *
   * @param urn the provider's own.
   */
  configure(args: Properties, urn: string): void {
    this.configured = this.begin(configurationTexts(args), explicitName(urn));
  }

  /** Checks a resource's inputs. */
  async check(type: string, urn: string, olds: Properties, news: Properties) {
    const checked = await this.resource(type).check(urn, olds, news);
    const { account } = news.values;
    if (checked.problems.length === 0 && !containsUnknown(account)) {
      this.serving.tokens.of(account === null ? undefined : (account as string | undefined));
    }
    return checked;
  }

  /** @throws Error for a type that the package does not have. */
  resource(type: string): PluginResource {
    const { resources } = this.serving;
    const resource = resources.get(type);
    if (resource === undefined) {
      throw new Error(
        `'${type}' is no resource of this package; there are: ${[...resources.keys()].join(", ")}`,
      );
    }
    return resource;
  }

  /** Calls a function. */
  invoke(token: string, args: Properties): Promise<Struct> {
    return invoke(token, args, (account) => this.client(account));
  }

  /** Lists the resources of a type. */
  list(type: string, query: Properties, limit: number): Promise<{ id: string; name: string }[]> {
    if (type !== integrationType) throw new Error(`'${type}' cannot be listed`);
    return listIntegrations(query, limit, (account) => this.client(account));
  }

  private say(severity: "info" | "warning", message: string): void {
    this.log(severity, this.calls.current?.urn ?? "", message);
  }

  /** Before it is configured, what the environment has. */
  private get serving(): Serving {
    this.configured ??= this.begin(() => undefined, undefined);
    return this.configured;
  }

  private client(account: string | undefined): PinterestClient {
    return this.serving.process.working().clients.client(account);
  }

  private begin(lookup: Lookup, providerName: string | undefined): Serving {
    const process = new ProviderProcess({
      ...this.options,
      notify: (message) => this.say("info", message),
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
        [integrationType, new CommerceIntegrations(integrations, providerName, isAccount)],
        [logType, new PluginLogs(new IntegrationLogs(process))],
      ]),
      tokens: new TokenWarnings(lookup, (message) => this.say("warning", message)),
    };
  }
}

/** The name of an explicit provider; nothing for one that the engine makes by itself, whose name is made of its version and address. */
function explicitName(urn: string): string | undefined {
  const [type, name] = urn.split("::").slice(-2);
  return type === providerType && name !== undefined && !/^default(_|$)/.test(name) ? name : undefined;
}
