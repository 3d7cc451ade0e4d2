import type { PinterestClient } from "../api";
import { type Lookup, lookupIn } from "../config";
import { messageForEngine } from "../lifecycle/messages";
import type { Bag } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";
import { functionTokens, integrationType, logType, providerType } from "../runtime/constants";
import { type FunctionName, functions, type PackageFunction, replaceSecrets } from "../runtime/functions";
import { IntegrationLogs } from "../runtime/integration-logs";
import { type ProcessOptions, ProviderProcess } from "../runtime/provider-process";
import { EngineCalls } from "./call";
import { encodedSecret, withoutNulls } from "./property-values";
import { PluginIntegrations, PluginLogs, type PluginResource } from "./resources";
import { Struct } from "./sdk-libraries";

/** Prints a message at the terminal, next to the resource of the URN. */
export type EngineLog = (urn: string, message: string) => void;

/** The dependencies of one configuration. */
interface Configured {
  readonly process: ProviderProcess;
  readonly resources: ReadonlyMap<string, PluginResource>;
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
  configure(args: Bag, urn: string): void {
    this.current = this.configured(lookupIn(args), explicitName(urn));
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

  /**
   * Calls a function of the package.
   *
   * @throws Error if the token is unknown, an argument is invalid, or Pinterest refuses the request.
   */
  async invoke(token: string, values: Bag): Promise<Struct> {
    const called = functionsByToken.get(token) as PackageFunction<{ account?: string }, unknown> | undefined;
    if (called === undefined) {
      throw new Error(
        `'${token}' is not a function of this package; use one of: ${[...functionsByToken.keys()].join(", ")}`,
      );
    }
    const args = withoutNulls(values) as Bag & { account?: string };
    if (containsUnknown(args)) throw new Error(`${called.name}: an argument is not known yet`);
    called.check(args);
    try {
      const result = await called.call(this.client(args.account), args);
      return Struct.fromJavaScript(replaceSecrets(result, encodedSecret) as Bag as never);
    } catch (error) {
      throw new Error(`${called.name}: ${messageForEngine(error)}`);
    }
  }

  /** Returns the client of a named account, or of the default account (undefined). */
  client(account: string | undefined): PinterestClient {
    return this.serving.process.clients.client(account);
  }

  /** Without a configuration, the environment applies. */
  private get serving(): Configured {
    this.current ??= this.configured(() => undefined, undefined);
    return this.current;
  }

  private configured(lookup: Lookup, providerName: string | undefined): Configured {
    const process = new ProviderProcess({
      ...this.options,
      notify: (message) => this.log(this.calls.current?.urn ?? "", message),
      limits: () => this.calls.current?.limits,
      sleep: (milliseconds) => this.calls.sleep(milliseconds),
      currentUrn: () => this.calls.current?.urn,
    });
    process.configure(lookup);
    return {
      process,
      resources: new Map<string, PluginResource>([
        [integrationType, new PluginIntegrations(process, providerName)],
        [logType, new PluginLogs(new IntegrationLogs(process))],
      ]),
    };
  }
}

/** The name of an explicit provider. The engine names a default provider by its version and address. */
function explicitName(urn: string): string | undefined {
  const [type, name] = urn.split("::").slice(-2);
  return type === providerType && name !== undefined && !/^default(_|$)/.test(name) ? name : undefined;
}

const functionsByToken = new Map(
  Object.entries(functionTokens).map(([name, token]) => [token as string, functions[name as FunctionName]]),
);
