import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { commandFor } from "../configuration/account-source";
import { TokenWarnings } from "../configuration/token-warnings";
import { containsUnknown } from "../lifecycle/unknown";
import { IntegrationLogs } from "../process/integration-logs";
import { Integrations } from "../process/integrations";
import { type ProcessOptions, ProviderProcess } from "../process/provider-process";
import { EngineCalls } from "./call";
import { CommerceIntegrations } from "./commerce-integrations";
import { configurationTexts } from "./configuration-texts";
import type { EngineLog } from "./engine-log";
import { invoke } from "./functions";
import { importCommand } from "./import-command";
import { PluginLogs } from "./integration-logs";
import { listIntegrations } from "./list";
import type { Properties } from "./property-values";
import type { PluginResource } from "./resource";
import { integrationType, logType, providerType } from "./tokens";

/** One provider, default or explicit: the engine has a process for each. */
export class Plugin {
  readonly calls = new EngineCalls();
  readonly process: ProviderProcess;
  private readonly resources: ReadonlyMap<string, PluginResource>;
  private providerName: string | undefined;
  private tokens: TokenWarnings | undefined;

  /** @param log tells the person at the terminal something beside the resource of this URN. */
  constructor(
    private readonly log: EngineLog,
    options: ProcessOptions = {},
  ) {
    this.process = new ProviderProcess({
      ...options,
      notify: (message) => this.say("info", message),
      limits: () => this.calls.current?.limits,
    });
    const integrations = new Integrations(this.process, {
      importCommand,
      sleep: (milliseconds) => this.calls.sleep(milliseconds),
    });
    this.resources = new Map<string, PluginResource>([
      [
        integrationType,
        new CommerceIntegrations(
          integrations,
          () => this.providerName,
          (name) => this.isAccount(name),
        ),
      ],
      [logType, new PluginLogs(new IntegrationLogs(this.process))],
    ]);
  }

  /** @param urn the provider's own. */
  configure(args: Properties, urn: string): void {
    const [type, name] = urn.split("::").slice(-2);
    // What the engine makes by itself is called default, and by its version and address beside that.
    this.providerName =
      type === providerType && name !== undefined && !/^default(_|$)/.test(name) ? name : undefined;
    const lookup = configurationTexts(args);
    this.process.configure(lookup);
    this.tokens = new TokenWarnings(lookup, (message) => this.say("warning", message));
  }

  /** Checks a resource's inputs. */
  async check(type: string, urn: string, olds: Properties, news: Properties) {
    const checked = await this.resource(type).check(urn, olds, news);
    const { account } = news.values;
    if (checked.problems.length === 0 && !containsUnknown(account)) {
      this.tokens?.of(account === null ? undefined : (account as string | undefined));
    }
    return checked;
  }

  /** @throws Error for a type that the package does not have. */
  resource(type: string): PluginResource {
    const resource = this.resources.get(type);
    if (resource === undefined) {
      throw new Error(
        `'${type}' is no resource of this package; there are: ${[...this.resources.keys()].join(", ")}`,
      );
    }
    return resource;
  }

  /** Calls a function. */
  invoke(token: string, args: Properties): Promise<Struct> {
    return invoke(token, args, (account) => this.process.working().clients.client(account));
  }

  /** Lists the resources of a type. */
  list(type: string, query: Properties, limit: number): Promise<{ id: string; name: string }[]> {
    if (type !== integrationType) throw new Error(`'${type}' cannot be listed`);
    return listIntegrations(query, limit, (account) => this.process.working().clients.client(account));
  }

  private say(severity: "info" | "warning", message: string): void {
    this.log(severity, this.calls.current?.urn ?? "", message);
  }

  private isAccount(name: string): boolean {
    const { configuration } = this.process.working();
    return configuration.accounts.has(name) || commandFor(configuration, name) !== undefined;
  }
}
