import type { PinterestClient } from "../api";
import { type Lookup, lookupIn } from "../config";
import { messageForEngine } from "../lifecycle/messages";
import type { Bag } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";
import { functionTokens, integrationType, logType, providerType } from "../runtime/constants";
import { ShutdownActions } from "../runtime/engine-lifetime";
import { functions, type PackageFunction, replaceSecrets } from "../runtime/functions";
import { IntegrationLogs } from "../runtime/integration-logs";
import { type ProcessOptions, ProviderProcess } from "../runtime/provider-process";
import { EngineCalls } from "./engine-calls";
import { encodedSecret, withoutNulls } from "./property-values";
import { integrationResource, logResource, type PluginResource } from "./resources";
import { Struct } from "./sdk-libraries";

/** The terminal of the engine that uses the plugin. */
export interface EngineTerminal {
  /** Sets the engine's address. */
  attach(engine: string): void;
  /** Prints a message next to the resource of the URN. */
  log(urn: string, message: string): void;
  /** Resolves when all messages were sent or failed. A process that exits earlier loses them. */
  flush(): Promise<void>;
}

/** The dependencies of one configuration. */
interface Configured {
  readonly process: ProviderProcess;
  readonly resources: Readonly<Record<string, PluginResource>>;
}

/** A provider. The engine starts a process for each default or explicit one. */
export class Plugin {
  readonly calls = new EngineCalls();
  readonly #shutdownActions = new ShutdownActions();
  /** Until the engine configures the plugin, the environment applies. */
  #current: Configured;

  constructor(
    private readonly terminal: EngineTerminal,
    private options: Pick<ProcessOptions, "engine" | "isRefreshRequested"> = {},
  ) {
    this.#current = this.#configured(() => undefined, undefined);
  }

  /** Sets the engine that the next configuration belongs to. */
  attach(engine: string): void {
    this.terminal.attach(engine);
    this.options = { ...this.options, engine };
  }

  /**
   * Sets the configuration, and resets all other state. Several engines can attach to one process, one after the other, and one may delete
   * what another has created.
   *
   * @param urn the provider's URN.
   */
  configure(args: Bag, urn: string): void {
    this.#current = this.#configured(lookupIn(args), explicitName(urn));
  }

  /** @throws Error if the package does not have the type. */
  resource(type: string): PluginResource {
    const { resources } = this.#current;
    const resource = resources[type];
    if (resource === undefined) {
      throw new Error(
        `'${type}' is not a resource of this package; use one of: ${Object.keys(resources).join(", ")}`,
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
    const called = Object.values<PackageFunction<{ account?: string }, unknown>>(functions).find(
      ({ name }) => functionTokens[name] === token,
    );
    if (called === undefined) {
      throw new Error(
        `'${token}' is not a function of this package; use one of: ${Object.values(functionTokens).join(", ")}`,
      );
    }
    const args: { account?: string } = withoutNulls(values);
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
    return this.#current.process.clients.client(account);
  }

  /** Sends the last log entries to Pinterest, and the last messages to the engine. */
  async end(): Promise<void> {
    await this.#shutdownActions.run();
    await this.terminal.flush();
  }

  #configured(lookup: Lookup, providerName: string | undefined): Configured {
    const { calls, terminal } = this;
    const process = new ProviderProcess({
      ...this.options,
      beforeEnd: (action) => this.#shutdownActions.add(action),
      notify: (message) => terminal.log(calls.current?.urn ?? "", message),
      limits: () => calls.current?.limits,
      sleep: (milliseconds) => calls.sleep(milliseconds),
      currentUrn: () => calls.current?.urn,
    });
    process.configure(lookup);
    const resources = {
      [integrationType]: integrationResource(process, providerName),
      [logType]: logResource(new IntegrationLogs(process)),
    };
    return { process, resources };
  }
}

/** The name of an explicit provider. The engine names a default provider by its version and address. */
function explicitName(urn: string): string | undefined {
  const [type, name] = urn.split("::").slice(-2);
  return type === providerType && name !== undefined && !/^default(_|$)/.test(name) ? name : undefined;
}
