// A deployment, and the order of its parts: `Deployment` in deployment.go and `deploymentExecutor` in deployment_executor.go (pkg/resource/deploy of
// pulumi 3.276). It calls the providers with the same properties as Pulumi's engine, and in the same order for each resource:
// test/engine/both/protocol.test.ts compares the calls. What these tests do not use is missing, or fails with the error `Unsupported`.
import { keyOf } from "./dependency-graph";
import { Events, FailedResource, Killed, Terminated, Unsupported } from "./events";
import { destroysProgram, type Options, refreshesProgram } from "./options";
import { type Host, ProviderRegistry } from "./provider-registry";
import { Snapshot } from "./snapshot";
import { type Goal, isProviderType, newState, type Resource, type State, urnOf } from "./state";
import { StepExecutor } from "./step-executor";
import { StepGenerator } from "./step-generator";
import { Steps } from "./steps";
import type { Bag } from "./values";

export class Deployment {
  readonly events = new Events();
  readonly executor: StepExecutor;
  private readonly snapshot: Snapshot;
  private readonly providers: ProviderRegistry;
  private readonly steps: Steps;
  private readonly generator: StepGenerator;
  private readonly defaultProviders = new Map<string, Promise<Resource>>();
  private programFailed = false;
  /** Resolves when the steps of all resources so far are planned. */
  private generation: Promise<unknown> = Promise.resolve();

  constructor(
    state: State,
    private readonly options: Options,
    host: Host,
  ) {
    this.snapshot = new Snapshot(state);
    this.providers = new ProviderRegistry(options, host, this.snapshot);
    this.steps = new Steps(options, this.snapshot, this.providers, this.events);
    this.generator = new StepGenerator(options, this.snapshot, this.providers, this.steps, this.events);
    this.executor = new StepExecutor(options, host.report);
  }

  get state(): State {
    return this.snapshot.state;
  }

  get failed(): boolean {
    return this.executor.failed;
  }

  get isPreview(): boolean {
    return this.options.preview;
  }

  /**
   * Runs the command.
   *
   * @param runProgram registers the resources of the program
   * @returns whether all processes were killed
   */
  async execute(runProgram: () => Promise<void>): Promise<{ readonly isKilled: boolean }> {
    const outcome = await this.run(runProgram);
    if (this.executor.unsupported !== undefined) throw this.executor.unsupported;
    return outcome;
  }

  private async run(runProgram: () => Promise<void>): Promise<{ readonly isKilled: boolean }> {
    const { command, refresh, killsBeforeDeletes } = this.options;
    try {
      if (command === "refresh" || (refresh && !refreshesProgram(this.options))) await this.refresh();
      else if (!refreshesProgram(this.options)) await this.refreshBeforeUpdate();
      if (command === "destroy" ? destroysProgram(this.options) : command !== "refresh") await runProgram();
      if (command !== "refresh") {
        if (killsBeforeDeletes) throw new Killed();
        await this.performDeletes();
      }
      return { isKilled: false };
    } catch (error) {
      if (!(error instanceof Terminated)) throw error;
      return { isKilled: error instanceof Killed };
    } finally {
      await this.executor.settled();
      await this.providers.close();
    }
  }

  /** Records a failure of the program itself, after which nothing is deleted. */
  recordFailure(): void {
    this.executor.failed = true;
    this.programFailed = true;
  }

  /** Reads every resource that a provider manages. */
  private async refresh(): Promise<void> {
    for (const { urn, custom, inputs } of this.snapshot.current) {
      if (!custom) this.events.step("refresh", urn, inputs);
    }
    await this.refreshAll(() => true);
  }

  /** Reads the resources whose provider requests a read before every update. Pending deletions alone cause no refresh. */
  private async refreshBeforeUpdate(): Promise<void> {
    const isRequested = ({ refreshBeforeUpdate }: Resource) => refreshBeforeUpdate;
    if (this.snapshot.current.some(isRequested)) await this.refreshAll(isRequested);
  }

  private async refreshAll(isChosen: (resource: Resource) => boolean): Promise<void> {
    const chosen = this.snapshot.base.filter(
      (resource) => resource.custom && !isProviderType(resource.type) && isChosen(resource),
    );
    for (const { urn, inputs, pendingReplacement } of chosen)
      if (pendingReplacement) this.events.step("refresh", urn, inputs);
    const resources = chosen.filter(
      ({ urn, pendingReplacement }) => !pendingReplacement && this.generator.isTargeted(urn),
    );
    await this.executor.executeParallel(resources, (resource) => this.steps.refresh(resource));
    this.snapshot.rebase();
    if (this.failed) throw new Terminated();
  }

  /** Registers a resource of the program: plans its steps, one resource after the other, and runs them. */
  async register(goal: Goal): Promise<Resource> {
    const urn = urnOf(goal.type, goal.name, goal.parent);
    const { executor, generator } = this;
    if (refreshesProgram(this.options)) await executor.execute(urn, () => this.refreshRegistered(urn, goal));
    const planned = this.generation.then(() =>
      // The engine also stops in an update that continues on errors.
      executor.execute(urn, () => generator.generate(urn, goal), { terminates: true }),
    );
    this.generation = planned.catch(() => {});
    try {
      return await executor.execute(urn, await planned);
    } catch (error) {
      if (error instanceof FailedResource) generator.markFailed(urn);
      throw error;
    }
  }

  /** Refreshes a resource of the program with its provider in the program (`generateResourceSteps` in step_generator.go). */
  private async refreshRegistered(urn: string, goal: Goal): Promise<void> {
    const old = this.generator.find(urn, goal);
    const isManaged = goal.custom && !isProviderType(goal.type);
    if (!isManaged || old === undefined || old.pendingReplacement || !this.generator.isTargeted(urn)) return;
    // A refresh by the program loses the mark of a tainted resource.
    await this.steps.refresh({ ...old, provider: goal.provider, taint: false });
  }

  /** Sets the outputs of a component or of the stack. */
  registerOutputs(urn: string, outputs: Bag): void {
    const resource = this.snapshot.get(urn);
    if (resource !== undefined) this.snapshot.update(resource, { ...resource, outputs });
  }

  /** Reads a resource that the program does not manage. */
  async readResource(goal: Goal, id: string): Promise<Resource> {
    const urn = urnOf(goal.type, goal.name, goal.parent);
    return this.executor.execute(urn, async () => {
      this.generator.claim(urn);
      const old = this.snapshot.get(urn);
      if (old !== undefined && !old.external)
        throw new Unsupported("a read of a resource that was managed before");
      return this.steps.read(newState(urn, goal), id);
    });
  }

  /** Calls a function of a provider. */
  async invoke(token: string, args: Bag, providerReference: string): Promise<Bag> {
    const provider = await this.providers.get(providerReference);
    return provider.invoke(token, args, { isPreview: this.isPreview });
  }

  /** Returns the reference of a package's default provider, which is registered at its first use. */
  async defaultProvider(packageName: string): Promise<string> {
    const urn = urnOf(`pulumi:providers:${packageName}`, "default");
    const registered =
      this.defaultProviders.get(urn) ??
      this.executor.execute(urn, async () => {
        this.generator.claim(urn);
        return this.providers.addDefault(urn);
      });
    this.defaultProviders.set(urn, registered);
    return `${urn}::${(await registered).id}`;
  }

  /** Deletes what is left, unless the program has failed, or something has failed in a deployment that stops on errors (`performPostSteps`). */
  private async performDeletes(): Promise<void> {
    if (this.programFailed || (this.failed && !this.options.continueOnError)) return;
    const { resources, untargeted, graph } = await this.generator.deletes.generate();
    for (const { urn } of untargeted) {
      const error = new Error(
        `Resource '${urn}' will be destroyed but was not specified in --target list.\n` +
          "Either include resource in --target list or pass --target-dependents to proceed.",
      );
      this.executor.report(urn, error, { terminates: !this.isPreview });
    }
    const { urns } = this.generator.deletes;
    const remaining = new Set(resources);
    // The dependencies of a resource whose deletion failed stay.
    const kept = new Set<unknown>();
    for (const group of graph.scheduleDeletes(resources)) {
      if (this.executor.isTerminated) return;
      const free = group.filter((resource) => !kept.has(keyOf(resource)));
      if (this.options.deletesNewestFirst) free.reverse();
      await this.executor.executeParallel(free, async (resource) => {
        await this.steps.delete(resource, urns);
        remaining.delete(resource);
      });
      for (const failed of free.filter((resource) => remaining.has(resource))) {
        // The engine then deletes the provider, and its state is invalid (`erroredDeps` in deployment_executor.go has other states).
        const isNotOfProgram = failed.delete || !this.snapshot.isAdded(failed.urn);
        if (destroysProgram(this.options) && !this.executor.isTerminated && isNotOfProgram)
          throw new Unsupported("a failed deletion in `destroy --run-program --continue-on-error`");
        for (const dependency of graph.transitiveDependenciesOf(failed)) kept.add(keyOf(dependency));
      }
    }
  }
}
