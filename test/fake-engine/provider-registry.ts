// The providers of a deployment: pkg/resource/deploy/providers/registry.go, and `defaultProviders` in source_eval.go. A provider whose configuration
// changes is not compared with its state, and is never replaced.
import { randomUUID } from "node:crypto";
import { urnOfProvider } from "./dependency-graph";
import { failOn, Unsupported } from "./events";
import { type Options, type RunFacts, runFactsOf } from "./options";
import type { Provider } from "./provider";
import type { Snapshot } from "./snapshot";
import { type Goal, nameOf, newState, plainGoal, type Resource, typeIn } from "./state";
import { annotateSecrets, type Bag, containsUnknown } from "./values";

/** The package of dynamic providers. */
export const dynamicPackage = "pulumi-nodejs";

/** What a deployment needs from its stack. */
export interface Host {
  /** The stack's configuration, by full key. */
  readonly configuration: ReadonlyMap<string, string>;
  /** Starts a process of a package's provider. @param urn the provider's @param run the facts in the engine's command line */
  connect(packageName: string, urn: string, run: RunFacts): Promise<Provider>;
  /** Receives each failure of a resource. */
  report(urn: string, error: Error): void;
}

export class ProviderRegistry {
  /** The configured processes, by the provider's reference. */
  private readonly configured = new Map<string, Promise<Provider>>();
  private readonly processes: Provider[] = [];

  constructor(
    private readonly options: Options,
    private readonly host: Host,
    private readonly snapshot: Snapshot,
  ) {}

  /** Returns the process of a provider, and starts it at its first use. */
  get(reference: string): Promise<Provider> {
    const provider = this.configured.get(reference) ?? this.start(reference);
    this.configured.set(reference, provider);
    return provider;
  }

  private async start(reference: string): Promise<Provider> {
    const urn = urnOfProvider({ provider: reference });
    const resource = this.snapshot.get(urn);
    if (resource === undefined) throw new Error(`the provider ${reference} is not in state`);
    if (containsUnknown(resource.inputs))
      throw new Unsupported("a provider whose configuration is not known");
    const provider = await this.connect(packageOf(resource.type), urn);
    await provider.configure(urn, resource.inputs);
    return provider;
  }

  private async connect(packageName: string, urn: string): Promise<Provider> {
    const provider = await this.host.connect(packageName, urn, runFactsOf(this.options));
    this.processes.push(provider);
    return provider;
  }

  /** Checks the configuration of a provider in the program. @returns the provider's new state */
  async check(urn: string, goal: Goal): Promise<Resource> {
    const old = this.snapshot.get(urn);
    const inputs = await this.checkConfiguration(urn, packageOf(goal.type), old?.inputs ?? {}, goal.inputs);
    return { ...newState(urn, goal), id: old?.id ?? randomUUID(), inputs, outputs: inputs };
  }

  /** Adds the default provider of a package to state. It has the stack's configuration. */
  async addDefault(urn: string): Promise<Resource> {
    const type = typeIn(urn);
    const inputs = this.packageConfiguration(packageOf(type));
    const goal = { ...plainGoal, type, name: nameOf(urn), inputs, provider: "" };
    return this.snapshot.add(await this.check(urn, goal));
  }

  /** A package's part of the stack's configuration: all of it for dynamic providers (`GetPackageConfig` in target.go). */
  private packageConfiguration(packageName: string): Bag {
    const { configuration } = this.host;
    if (packageName === dynamicPackage) return Object.fromEntries(configuration);
    const prefix = `${packageName}:`;
    return Object.fromEntries(
      [...configuration]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  }

  private async checkConfiguration(urn: string, packageName: string, olds: Bag, news: Bag): Promise<Bag> {
    // The SDK's server for dynamic providers does not implement CheckConfig, so the engine uses the inputs unchanged.
    if (packageName === dynamicPackage) return news;
    const provider = await this.connect(packageName, urn);
    const { inputs, problems } = await provider.checkConfiguration(urn, olds, news);
    failOn(urn, problems, news);
    return annotateSecrets(inputs, news);
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((provider) => provider.stop()));
  }
}

function packageOf(type: string): string {
  return type.split(":").at(-1) ?? "";
}
