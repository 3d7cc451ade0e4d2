import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { commandFor } from "../configuration/account-source";
import { IntegrationLogs } from "../process/integration-logs";
import { Integrations } from "../process/integrations";
import { type ProcessOptions, ProviderProcess } from "../process/provider-process";
import { EngineCalls } from "./call";
import { CommerceIntegrations } from "./commerce-integrations";
import { configurationTexts } from "./configuration";
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

  /** @param log tells the person at the terminal something beside the resource of this URN. */
  constructor(log: (urn: string, message: string) => void, options: ProcessOptions = {}) {
    this.process = new ProviderProcess({
      ...options,
      notify: (message) => log(this.calls.current?.urn ?? "", message),
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
    this.process.configure(configurationTexts(args));
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

  private isAccount(name: string): boolean {
    const { configuration } = this.process.working();
    return configuration.accounts.has(name) || commandFor(configuration, name) !== undefined;
  }
}
