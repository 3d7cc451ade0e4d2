import { randomUUID } from "node:crypto";
import type { EngineRun } from "../../provider/run/engine-command";
import { deletionGroups, isAmong, keyOf, urnOfProvider, urnsNeededBy } from "./dependencies";
import { FailedResource, failOn, isAwaiting, Killed, Protected, Terminated } from "./errors";
import { type PartialFailure, type Provider, ProviderError } from "./provider";
import {
  type Goal,
  isProviderType,
  nameOf,
  plainGoal,
  type Resource,
  resourceBase,
  type State,
  stackType,
  typeIn,
  urnOf,
} from "./state";
import {
  annotateSecrets,
  type Bag,
  containsUnknown,
  differences,
  ignoring,
  isReplacedOn,
  isUnknown,
  type PropertyDifference,
  replacing,
  secret,
  unknown,
} from "./values";

/** A step in a preview. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff: Record<string, PropertyDifference> | null;
  /** The resource's inputs after the step, with the marks of secrets and unknown values. */
  readonly inputs: Bag;
}

/** A command, and its options. */
export interface Options {
  readonly command: "up" | "preview" | "refresh" | "destroy";
  /** Only show the steps. Default: true for `preview`, otherwise false. */
  readonly preview?: boolean;
  /** Refresh before the other steps. With `runProgram`, refresh each resource when the program registers it. */
  readonly refresh?: boolean;
  /** Run the program of `destroy` for its providers and components. */
  readonly runProgram?: boolean;
  readonly continueOnError?: boolean;
  /** The maximum number of concurrent steps. Default: unlimited. */
  readonly parallel?: number;
  /** URNs or names of resources (also patterns such as `**::NAME`), to which the command is limited. Default: all. */
  readonly targets?: readonly string[];
  /** URNs, names or patterns of resources that the command leaves unchanged. Not with `targets`. */
  readonly excludes?: readonly string[];
  /** URNs or names of resources to replace even if the provider finds no change. Tainted resources are replaced, too. */
  readonly replaced?: readonly string[];
  /** Whether deletions that the engine would run in parallel start with the newest resource. Their order differs between runs. */
  readonly deletesNewestFirst?: boolean;
  /** Kill all processes after the program has ended, before the deletions. */
  readonly killsBeforeDeletes?: boolean;
}

/** What provider processes know about their run. */
export type RunFacts = Pick<EngineRun, "isRefreshRequested" | "isPartial" | "isDestroy" | "isPreview">;

/** What an operation needs from its stack. */
export interface Host {
  /** The stack's configuration, by full key. */
  readonly configuration: ReadonlyMap<string, unknown>;
  /** Starts a process of a package's provider. @param urn the provider's @param run the facts in the engine's command line */
  connect(packageName: string, urn: string, run: RunFacts): Promise<Provider>;
  /** Receives each failure of a resource. */
  report(urn: string, error: Error): void;
}

/**
 * Runs one command like Pulumi's engine (pkg/resource/deploy of pulumi 3.276): calls the providers with the same properties, and in the
 * same order for each resource. test/engine/both/protocol.test.ts compares the calls of both engines. Only the parts of the engine that
 * these tests use are implemented. Other parts fail with `unsupported`.
 */
export class Operation {
  readonly steps: Step[] = [];
  /** Whether a refresh found a difference from state. */
  foundRefreshChanges = false;
  /** Resources that were removed from state without a call to their provider, because of `deletedWith`. */
  readonly abandoned: Resource[] = [];
  private readonly resources: Map<string, Resource>;
  private pendingDeletes: Resource[];
  /** The resources in state before the program started, in the order of state. */
  private base: readonly Resource[] = [];
  private readonly registered = new Set<string>();
  /** The new URN of a renamed resource, by its old URN. */
  private readonly renamed = new Map<string, string>();
  private readonly connections = new Map<string, Promise<Provider | undefined>>();
  private readonly open: Provider[] = [];
  private readonly defaults = new Map<string, Promise<Resource>>();
  private readonly running = new Set<Promise<unknown>>();
  /** The URNs of resources that a step of this operation has added to state. */
  private readonly kept = new Set<string>();
  /** The URNs of resources that are replaced. */
  private readonly replaced = new Set<string>();
  /** The URNs of resources that this operation deletes or has deleted, unless they are recreated. */
  private readonly deletedUrns = new Set<string>();
  /** The URNs of resources that are neither in state nor targeted. */
  private readonly skippedUrns = new Set<string>();
  private generation: Promise<unknown> = Promise.resolve();
  private readonly termination = Promise.withResolvers<void>();
  private hasFailed = false;
  private programFailed = false;
  /** Resources of the program that failed, or were skipped because they depend on one that failed. */
  private readonly failedUrns = new Set<string>();
  private isTerminated = false;

  constructor(
    state: State,
    readonly options: Options,
    private readonly host: Host,
  ) {
    this.resources = new Map(state.resources);
    this.pendingDeletes = [...state.pendingDeletes];
    this.recordBase();
  }

  get state(): State {
    // As in the engine's state, the resources of this operation are first, in the order of their completion.
    const entries = [...this.resources];
    const isKept = ([urn]: [string, Resource]) => this.kept.has(urn);
    const resources = new Map([...entries.filter(isKept), ...entries.filter((entry) => !isKept(entry))]);
    return { resources, pendingDeletes: [...this.pendingDeletes] };
  }

  private recordBase(): void {
    this.base = [...this.resources.values(), ...this.pendingDeletes];
  }

  /** Resolves when the operation stops early, after a failure. */
  get terminated(): Promise<void> {
    return this.termination.promise;
  }

  get failed(): boolean {
    return this.hasFailed;
  }

  get isPreview(): boolean {
    return this.options.preview ?? this.options.command === "preview";
  }

  private get destroysProgram(): boolean {
    return this.options.command === "destroy" && this.options.runProgram === true;
  }

  private get refreshesProgram(): boolean {
    const { command, refresh = false, runProgram = false } = this.options;
    return refresh && runProgram && command !== "destroy";
  }

  private get runFacts(): RunFacts {
    const { command, refresh = false, continueOnError = false, targets, excludes } = this.options;
    const runsProgram = command !== "destroy" || this.destroysProgram;
    return {
      isRefreshRequested: refresh || command === "refresh",
      isPartial: targets !== undefined || excludes !== undefined || (continueOnError && runsProgram),
      isDestroy: command === "destroy",
      isPreview: this.isPreview,
    };
  }

  /**
   * Carries out the command.
   *
   * @param runProgram registers the resources of the program
   * @returns whether all processes were killed
   */
  async carryOut(runProgram: () => Promise<void>): Promise<{ readonly isKilled: boolean }> {
    const { command, refresh = false, killsBeforeDeletes = false } = this.options;
    try {
      if (command === "refresh" || (refresh && !this.refreshesProgram)) await this.refresh();
      else if (!this.refreshesProgram) await this.refreshBeforeUpdate();
      if (command === "destroy" ? this.destroysProgram : command !== "refresh") await runProgram();
      if (command !== "refresh") {
        if (killsBeforeDeletes) throw new Killed();
        await this.deleteRemaining();
      }
      return { isKilled: false };
    } catch (error) {
      if (!(error instanceof Terminated)) throw error;
      return { isKilled: error instanceof Killed };
    } finally {
      await Promise.allSettled([...this.running]);
      await Promise.all(this.open.map((connection) => connection.stop()));
    }
  }

  /** Records a failure that does not belong to a resource, such as the program's own. */
  recordFailure(): void {
    this.hasFailed = true;
    this.programFailed = true;
  }

  /** Resolves when no step runs and the program has sent no request for some turns of the event loop. */
  async idle(): Promise<void> {
    for (let idleTurns = 0; idleTurns < 10; idleTurns = this.running.size === 0 ? idleTurns + 1 : 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Reads every resource that a provider manages. */
  private async refresh(): Promise<void> {
    for (const { urn, custom, inputs } of this.resources.values()) {
      if (!custom) this.step("refresh", urn, inputs);
    }
    await this.refreshAll(() => true);
  }

  /** Reads the resources whose provider requests a read before every update. Pending deletions alone cause no refresh. */
  private async refreshBeforeUpdate(): Promise<void> {
    const isRequested = ({ refreshBeforeUpdate }: Resource) => refreshBeforeUpdate === true;
    if ([...this.resources.values()].some(isRequested)) await this.refreshAll(isRequested);
  }

  private async refreshAll(isChosen: (resource: Resource) => boolean): Promise<void> {
    const chosen = this.base.filter(
      (resource) => resource.custom && !isProviderType(resource.type) && isChosen(resource),
    );
    for (const { urn, inputs, pendingReplacement } of chosen)
      if (pendingReplacement === true) this.step("refresh", urn, inputs);
    const resources = chosen.filter(({ pendingReplacement }) => pendingReplacement !== true);
    await this.inParallel(
      resources.filter(({ urn }) => this.isTargeted(urn)),
      (resource) => this.refreshOne(resource),
    );
    this.recordBase();
    if (this.hasFailed) throw new Terminated();
  }

  /** Runs `action` for resources in state, with the concurrency that the options allow. */
  private async inParallel(
    resources: readonly Resource[],
    action: (resource: Resource) => Promise<void>,
  ): Promise<void> {
    const remaining = [...resources];
    const work = async (): Promise<void> => {
      for (let next = remaining.shift(); next !== undefined; next = remaining.shift()) {
        const resource = next;
        await this.attempt(resource.urn, () => action(resource));
      }
    };
    await Promise.all(
      Array.from({ length: Math.min(this.options.parallel ?? remaining.length, remaining.length) }, work),
    );
  }

  private isTargeted(urn: string): boolean {
    const { targets, excludes } = this.options;
    if (isProviderType(typeIn(urn)) || typeIn(urn) === stackType) return true;
    return targets === undefined ? !isAmong(excludes ?? [], urn) : isAmong(targets, urn);
  }

  /** Reads a resource and compares it with its last known state, as `RefreshStep.Apply` in step.go. */
  private async refreshOne(old: Resource): Promise<void> {
    const provider = await this.provider(old.provider);
    const read = await this.read(provider, old.urn, old.id, old.inputs, old.outputs);
    if (read === undefined) {
      this.foundRefreshChanges = true;
      this.step("refresh", old.urn, {});
      this.replaceInState(old, undefined);
      return;
    }
    const { initErrors: _, ...rest } = old;
    const refreshed = { ...rest, ...read };
    if (old.external === true) {
      this.foundRefreshChanges ||= Object.keys(differences(old.outputs, read.outputs)).length > 0;
      this.step("refresh", old.urn, read.inputs);
    } else {
      // The changes of an update with the same program.
      const { ignoreChanges = [] } = old;
      const found = await this.diff(provider, old.urn, refreshed, old.inputs, { ignoreChanges });
      this.foundRefreshChanges ||= found.changed;
      // The preview shows no properties of a refresh.
      this.step("refresh", old.urn, read.inputs);
    }
    this.replaceInState(old, refreshed);
  }

  private replaceInState(old: Resource, refreshed: Resource | undefined): void {
    if (old.delete === true) {
      this.pendingDeletes = this.pendingDeletes.flatMap((each) => (each === old ? (refreshed ?? []) : each));
    } else if (refreshed === undefined) {
      this.resources.delete(old.urn);
    } else {
      this.resources.set(old.urn, refreshed);
    }
  }

  /**
   * Deletes replaced resources, and resources that the program has not declared (`GenerateDeletes` in step_generator.go), unless the program
   * has failed, or something has failed in an operation that stops on errors.
   */
  private async deleteRemaining(): Promise<void> {
    if (this.programFailed || (this.hasFailed && this.options.continueOnError !== true)) return;
    const registered = [...this.resources.values()].filter(({ urn }) => this.registered.has(urn));
    const { destroysProgram, isPreview } = this;
    const order = destroysProgram ? [...registered, ...this.base] : this.base;
    const isDeletable = await this.deletableFrom(order);
    const undeclared = [...this.resources.values()].filter(({ urn }) => !this.registered.has(urn));
    const chosen = [...(destroysProgram ? registered : []), ...undeclared, ...this.pendingDeletes].filter(
      ({ urn }) => isDeletable(urn),
    );
    const { targets } = this.options;
    const untargeted = targets === undefined ? [] : chosen.filter(({ urn }) => !isAmong(targets, urn));
    for (const { urn } of untargeted) {
      this.report(
        urn,
        new Error(
          `Resource '${urn}' will be destroyed but was not specified in --target list.\n` +
            "Either include resource in --target list or pass --target-dependents to proceed.",
        ),
        { terminates: !isPreview },
      );
    }
    await this.deleteAll(chosen, order);
  }

  /** Returns whether the targets allow the deletion of a resource. */
  private async deletableFrom(order: readonly Resource[]): Promise<(urn: string) => boolean> {
    const { targets, excludes } = this.options;
    if (targets !== undefined) {
      const allowed = new Set(
        order
          .filter(({ urn }) => isAmong(targets, urn))
          .flatMap((target) => this.dependentsOf(target, order)),
      );
      const targeted = this.base.filter(({ urn }) => allowed.has(urn));
      for (const resource of targeted)
        for (const { urn } of await this.replacedAfterDelete(resource)) allowed.add(urn);
      return (urn) => allowed.has(urn);
    }
    const kept = new Set<Resource>();
    const keep = (resource: Resource) => {
      if (kept.has(resource)) return;
      kept.add(resource);
      for (const dependency of this.dependenciesOf(resource, order)) keep(dependency);
    };
    for (const resource of this.base) if (isAmong(excludes ?? [], resource.urn)) keep(resource);
    // A pending deletion is kept only if its replacement is in state.
    const keptUrns = new Set([...kept].filter((each) => each.delete !== true).map(({ urn }) => urn));
    return (urn) => !keptUrns.has(urn);
  }

  /** Returns the URNs of a resource, its children, and the resources that depend on it, directly or indirectly. */
  private dependentsOf(resource: Resource, order: readonly Resource[]): string[] {
    const urns = new Set([resource.urn]);
    for (const candidate of order.slice(order.indexOf(resource) + 1)) {
      if (urnsNeededBy(candidate).some((urn) => urns.has(urn))) urns.add(candidate.urn);
    }
    return [...urns];
  }

  /** Returns what a resource depends on: earlier resources in the order of state (`DependenciesOf` in dependency_graph.go). */
  private dependenciesOf(resource: Resource, order: readonly Resource[]): Resource[] {
    const index = order.indexOf(resource);
    // A resource that this operation has replaced or refreshed has the place of its last state.
    const place = index >= 0 ? index : order.findIndex((each) => each.urn === resource.urn && !each.delete);
    const urns = urnsNeededBy(resource);
    return order.slice(0, place).filter(({ urn }) => urns.includes(urn));
  }

  /** Deletes dependents before their dependencies. If a deletion fails, the dependencies of that resource stay. */
  private async deleteAll(resources: readonly Resource[], order: readonly Resource[]): Promise<void> {
    for (const { urn } of resources) this.deletedUrns.add(urn);
    const remaining = new Set(resources);
    const kept = new Set<unknown>();
    const keep = (resource: Resource) => {
      for (const dependency of this.dependenciesOf(resource, order)) {
        kept.add(keyOf(dependency));
        keep(dependency);
      }
    };
    for (const group of deletionGroups(resources, (resource) => this.dependenciesOf(resource, order))) {
      if (this.isTerminated) return;
      const free = group.filter((resource) => !kept.has(keyOf(resource)));
      if (this.options.deletesNewestFirst === true) free.reverse();
      await this.inParallel(free, async (resource) => {
        await this.delete(resource);
        remaining.delete(resource);
      });
      for (const failed of free.filter((resource) => remaining.has(resource))) {
        // The engine then deletes the provider, and its state is invalid (`erroredDeps` in deployment_executor.go has other states).
        const isNotOfProgram = failed.delete === true || !this.kept.has(failed.urn);
        if (this.destroysProgram && !this.isTerminated && isNotOfProgram)
          throw new Error("unsupported: a failed deletion in `destroy --run-program --continue-on-error`");
        keep(failed);
      }
    }
  }

  private async delete(old: Resource): Promise<void> {
    if (old.protect && old.delete !== true) {
      throw new Protected(`resource "${old.urn}" cannot be deleted\nbecause it is protected.`);
    }
    // A preview shows no deletions for replacements.
    if (old.delete !== true && old.pendingReplacement !== true)
      this.step(old.external === true ? "discard" : "delete", old.urn, old.inputs);
    if (old.pendingReplacement !== true) await this.deleteAtProvider(old);
    this.remove(old);
  }

  private remove(old: Resource): void {
    if (old.delete === true) this.pendingDeletes = this.pendingDeletes.filter((each) => each !== old);
    else this.resources.delete(old.urn);
  }

  private async deleteAtProvider(old: Resource): Promise<void> {
    const atProvider = old.custom && !isProviderType(old.type) && old.external !== true;
    if (!atProvider || old.retainOnDelete === true || this.isPreview) return;
    if (this.deletedUrns.has(old.deletedWith ?? "")) {
      this.abandoned.push(old);
      return;
    }
    await (await this.provider(old.provider)).delete(old);
  }

  /** Registers a resource of the program: plans its steps, one resource after the other, and runs them. */
  async register(goal: Goal): Promise<Resource> {
    const urn = urnOf(goal.type, goal.name, goal.parent);
    if (this.refreshesProgram) await this.guard(urn, () => this.refreshRegistered(urn, goal));
    const planned = this.generation.then(() =>
      // The engine also stops in an update that continues on errors.
      this.guard(urn, () => this.plan(urn, goal), { terminates: true }),
    );
    this.generation = planned.catch(() => {});
    try {
      return await this.guard(urn, await planned);
    } catch (error) {
      if (error instanceof FailedResource) this.failedUrns.add(urn);
      throw error;
    }
  }

  /** Refreshes a resource of the program with its provider in the program (`generateResourceSteps` in step_generator.go). */
  private async refreshRegistered(urn: string, goal: Goal): Promise<void> {
    const old = [urn, ...goal.aliases]
      .map((candidate) => this.resources.get(candidate))
      .find((resource) => resource);
    const managed = goal.custom && !isProviderType(goal.type);
    if (!managed || old === undefined || old.pendingReplacement === true || !this.isTargeted(urn)) return;
    // A refresh by the program loses the mark of a tainted resource.
    await this.refreshOne({ ...old, provider: goal.provider, taint: false });
  }

  /** Sets the outputs of a component or of the stack. */
  registerOutputs(urn: string, outputs: Bag): void {
    const resource = this.resources.get(urn);
    if (resource !== undefined) this.resources.set(urn, { ...resource, outputs });
  }

  /** Reads a resource that the program does not manage. */
  async readResource(goal: Goal, id: string): Promise<Resource> {
    const urn = urnOf(goal.type, goal.name, goal.parent);
    return this.guard(urn, async () => {
      this.claim(urn);
      const old = this.resources.get(urn);
      const provider = await this.provider(goal.provider);
      this.step("read", urn, goal.inputs);
      const known = isUnknown(id)
        ? { id: unknown, inputs: goal.inputs, outputs: goal.inputs }
        : await this.read(provider, urn, id, goal.inputs, goal.inputs);
      if (known === undefined) throw new Error(`resource '${id}' does not exist`);
      const { id: found, outputs } = known;
      if (old !== undefined && old.external !== true && old.id !== id) this.markForDeletion(old);
      return this.keep({
        ...resourceBase(urn, goal),
        id: found,
        outputs,
        inputs: goal.inputs,
        external: true,
      });
    });
  }

  async invoke(token: string, args: Bag, providerReference: string) {
    const provider = await this.provider(providerReference);
    return provider.invoke(token, args, { isPreview: this.isPreview });
  }

  /** Returns the reference of a package's default provider, which is registered at its first use. */
  async defaultProvider(packageName: string): Promise<string> {
    const urn = urnOf(`pulumi:providers:${packageName}`, "default");
    const registered =
      this.defaults.get(urn) ?? this.guard(urn, () => this.registerDefault(urn, packageName));
    this.defaults.set(urn, registered);
    return `${urn}::${(await registered).id}`;
  }

  private async registerDefault(urn: string, packageName: string): Promise<Resource> {
    this.registered.add(urn);
    const old = this.resources.get(urn);
    const inputs = await this.checkConfiguration(
      urn,
      packageName,
      old?.inputs ?? {},
      this.packageConfiguration(packageName),
    );
    const goal = { ...plainGoal, type: typeIn(urn), name: nameOf(urn), inputs, provider: "" };
    return this.keep({ ...resourceBase(urn, goal), id: old?.id ?? randomUUID(), inputs, outputs: inputs });
  }

  private packageConfiguration(packageName: string): Bag {
    const isDynamic = packageName === "pulumi-nodejs";
    const prefix = `${packageName}:`;
    const entries = [...this.host.configuration]
      .filter(([key]) => isDynamic || key.startsWith(prefix))
      .map(([key, value]) => [isDynamic ? key : key.slice(prefix.length), value]);
    return Object.fromEntries(entries);
  }

  /** Plans the steps of a resource. @returns a function that runs them */
  private async plan(urn: string, goal: Goal): Promise<() => Promise<Resource>> {
    this.claim(urn);
    const old = this.oldOf(urn, goal);
    if (!this.isTargeted(urn)) {
      if (old === undefined) return this.skip(urn, goal);
      this.step("same", urn, old.inputs);
      return async () => this.keep({ ...old, urn }, old);
    }
    if (urnsNeededBy(goal).some((needed) => this.failedUrns.has(needed)))
      return () => this.skipAfterFailure(urn, goal, old);
    if (!goal.custom) {
      this.failIfSkipped(urn, goal);
      this.step(old === undefined ? "create" : "same", urn, goal.inputs);
      const outputs = old?.outputs ?? {};
      return async () => this.keep({ ...resourceBase(urn, goal), id: "", inputs: goal.inputs, outputs }, old);
    }
    if (isProviderType(goal.type)) return () => this.registerProvider(urn, goal, old);
    if (this.destroysProgram) {
      if (old === undefined) return this.skip(urn, goal);
      const { id, inputs, outputs, refreshBeforeUpdate = false } = old;
      this.step("same", urn, inputs);
      return async () =>
        this.keep({ ...resourceBase(urn, goal), id, inputs, outputs, refreshBeforeUpdate }, old);
    }
    return this.planDeployment(urn, goal, old);
  }

  private async planDeployment(
    urn: string,
    goal: Goal,
    old: Resource | undefined,
  ): Promise<() => Promise<Resource>> {
    const provider = await this.provider(goal.provider);
    const known = old !== undefined && old.external !== true ? old : undefined;
    const news = known === undefined ? goal.inputs : ignoring(goal.ignoreChanges, known.inputs, goal.inputs);
    if (old !== undefined && this.deletedUrns.delete(urn))
      return this.planRecreation(provider, urn, goal, old);
    const isTargetedReplacement =
      known !== undefined && (known.taint === true || isAmong(this.options.replaced ?? [], urn));
    const inputs = isTargetedReplacement
      ? await this.check(provider, urn, {}, goal.inputs)
      : await this.check(provider, urn, known?.inputs ?? {}, news);
    this.failIfSkipped(urn, goal);
    if (known === undefined) {
      this.step(old === undefined ? "create" : "create-replacement", urn, inputs);
      return () =>
        this.create(provider, urn, goal, inputs, (created) => {
          this.keep(created, old);
        });
    }
    const isForced =
      isTargetedReplacement ||
      [...goal.replaceWith, goal.deletedWith].some((other) => this.replaced.has(other));
    const { changed, replaced, detailedDiff, deleteBeforeReplace } = isForced
      ? { changed: true, replaced: true, detailedDiff: null, deleteBeforeReplace: false }
      : await this.diff(provider, urn, known, inputs, goal);
    if (replaced || known.pendingReplacement === true) {
      if (goal.protect && known.protect) {
        throw new Error(`unable to replace resource "${urn}"\nas it is currently marked for protection.`);
      }
      this.replaced.add(urn);
      const newInputs = isTargetedReplacement ? inputs : await this.check(provider, urn, {}, goal.inputs);
      this.step("replace", urn, newInputs, detailedDiff);
      if (goal.deleteBeforeReplace ?? deleteBeforeReplace) {
        const deleted = await this.replacedAfterDelete(known);
        const guarded = deleted.find((each) => each.protect && each.delete !== true);
        if (guarded !== undefined) {
          throw new Error(
            `unable to replace resource "${guarded.urn}" as part of replacing "${urn}"\nas it is currently marked for protection.`,
          );
        }
        for (const each of [...deleted, known]) this.deletedUrns.add(each.urn);
        return async () => {
          for (const each of deleted.toReversed()) await this.deleteForReplacement(each);
          await this.deleteForReplacement(known);
          return this.recreate(provider, urn, goal, known, newInputs);
        };
      }
      if (known.pendingReplacement === true)
        return () => this.recreate(provider, urn, goal, known, newInputs);
      return () =>
        this.create(provider, urn, goal, newInputs, (created) => {
          this.markForDeletion(known);
          this.keep(created);
        });
    }
    if (changed || (known.initErrors ?? []).length > 0) {
      this.step("update", urn, inputs, detailedDiff);
      return () => this.update(provider, urn, goal, known, inputs);
    }
    this.step("same", urn, inputs);
    const { id, outputs, refreshBeforeUpdate = false } = known;
    return async () =>
      this.keep({ ...resourceBase(urn, goal), id, inputs, outputs, refreshBeforeUpdate }, old);
  }

  /** Recreates a resource that was deleted with one on which it depends. */
  private async planRecreation(
    provider: Provider,
    urn: string,
    goal: Goal,
    old: Resource,
  ): Promise<() => Promise<Resource>> {
    const inputs = await this.check(provider, urn, {}, goal.inputs);
    this.failIfSkipped(urn, goal);
    this.replaced.add(urn);
    this.step("replace", urn, inputs);
    return () => this.recreate(provider, urn, goal, old, inputs);
  }

  /**
   * Returns the resources that must be replaced if a resource is deleted first, in the order of state (`calculateDependentReplacements` and
   * `findDependentCascadeReplacements` in step_generator.go).
   */
  private async replacedAfterDelete(root: Resource): Promise<Resource[]> {
    const current = (each: Resource) =>
      each.delete === true ? each : (this.resources.get(each.urn) ?? each);
    const order = this.base.map(current);
    const dependents = new Set(this.dependentsOf(current(root), order));
    dependents.delete(root.urn);
    const urns = new Set([root.urn]);
    const replaced = new Set<Resource>();
    for (const each of order) {
      if (!dependents.has(each.urn) || this.registered.has(each.urn)) continue;
      if (await this.isReplacedAfterDelete(each, urns)) {
        urns.add(each.urn);
        replaced.add(each);
      }
    }
    for (const each of this.resources.values())
      if (each.replaceWith?.includes(root.urn) === true || each.deletedWith === root.urn) replaced.add(each);
    const isDeleted = (each: Resource) =>
      each.delete === true ? !this.pendingDeletes.includes(each) : each.pendingReplacement === true;
    return [...replaced].filter((each) => !isDeleted(each));
  }

  /** Compares a resource with unknown values in place of those that come from deleted resources. */
  private async isReplacedAfterDelete(resource: Resource, deleted: ReadonlySet<string>): Promise<boolean> {
    const { custom, external, inputs, propertyDependencies = {} } = resource;
    if (!custom || external === true) return false;
    if (deleted.has(urnOfProvider(resource)) || deleted.has(resource.deletedWith ?? "")) return true;
    const affected = Object.keys(inputs).filter((name) =>
      propertyDependencies[name]?.some((urn) => deleted.has(urn)),
    );
    if (affected.length === 0) return false;
    const news = { ...inputs, ...Object.fromEntries(affected.map((name) => [name, unknown])) };
    const provider = await this.provider(resource.provider);
    return (await this.diff(provider, resource.urn, resource, news, resource)).replaced;
  }

  private step(op: string, urn: string, inputs: Bag, detailedDiff: Step["detailedDiff"] = null): void {
    const differs = detailedDiff !== null && Object.keys(detailedDiff).length > 0;
    this.steps.push({ op, urn, inputs, detailedDiff: differs ? detailedDiff : null });
  }

  /** Skips a resource that is neither in state nor targeted (`NewSkippedCreateStep` in step.go). @returns the program's result */
  private skip(urn: string, goal: Goal): () => Promise<Resource> {
    this.skippedUrns.add(urn);
    const base = resourceBase(urn, goal);
    return async () => ({ ...base, id: "", inputs: goal.inputs, outputs: {}, isSkipped: true });
  }

  /** Skips a resource that depends on a failed one, and asks its provider for a preview (`SameStep.Skip` in step.go). */
  private async skipAfterFailure(urn: string, goal: Goal, old: Resource | undefined): Promise<never> {
    if (old !== undefined) this.registered.add(old.urn);
    const provider = await this.provider(goal.provider);
    if (goal.custom && provider.supportsPreview) {
      const { ignoreChanges, timeouts } = goal;
      const preview =
        old === undefined
          ? provider.create(urn, goal.inputs, { isPreview: true, timeout: timeouts.create })
          : provider.update(urn, old, goal.inputs, {
              isPreview: true,
              timeout: timeouts.update,
              ignoreChanges,
            });
      await preview.catch(() => {});
    }
    throw new FailedResource();
  }

  /** Fails if a resource depends on a skipped one (`validateSteps` in step_generator.go). */
  private failIfSkipped(urn: string, goal: Goal): void {
    const skipped = urnsNeededBy(goal).find((each) => this.skippedUrns.has(each));
    if (skipped === undefined || this.destroysProgram) return;
    throw new Error(
      `Resource '${urn}' depends on '${skipped}' which was was not specified in --target list.`,
    );
  }

  /** Moves a replaced resource to the pending deletions. */
  private markForDeletion(old: Resource): void {
    this.resources.delete(old.urn);
    this.pendingDeletes.push({ ...old, delete: true });
  }

  private claim(urn: string): void {
    if (this.registered.has(urn))
      throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    this.registered.add(urn);
  }

  private oldOf(urn: string, { aliases }: Goal): Resource | undefined {
    const known = [urn, ...aliases].find((candidate) => this.resources.has(candidate));
    const old = known === undefined ? undefined : this.resources.get(known);
    if (old === undefined || known === urn) return old;
    this.renamed.set(old.urn, urn);
    this.registered.add(old.urn);
    return old;
  }

  private async registerProvider(urn: string, goal: Goal, old: Resource | undefined): Promise<Resource> {
    const packageName = packageOf(goal.type);
    const inputs = await this.checkConfiguration(urn, packageName, old?.inputs ?? {}, goal.inputs);
    const op =
      old === undefined
        ? "create"
        : Object.keys(differences(old.inputs, inputs)).length > 0
          ? "update"
          : "same";
    this.step(op, urn, inputs);
    return this.keep(
      { ...resourceBase(urn, goal), id: old?.id ?? randomUUID(), inputs, outputs: inputs },
      old,
    );
  }

  private async checkConfiguration(urn: string, packageName: string, olds: Bag, news: Bag): Promise<Bag> {
    // The SDK's server for dynamic providers does not implement CheckConfig, so the engine uses the inputs unchanged.
    if (packageName === "pulumi-nodejs") return news;
    const connection = await this.connect(packageName, urn);
    const { inputs, problems } = await connection.checkConfiguration(urn, olds, news);
    failOn(urn, problems, news);
    return inputs === undefined ? news : annotateSecrets(inputs, news);
  }

  private async check(provider: Provider, urn: string, olds: Bag, news: Bag): Promise<Bag> {
    const { inputs = {}, problems } = await provider.check(urn, olds, news);
    failOn(urn, problems, news);
    return provider.acceptSecrets ? inputs : annotateSecrets(inputs, news);
  }

  private async diff(
    provider: Provider,
    urn: string,
    old: Resource,
    inputs: Bag,
    { ignoreChanges = [], replaceOnChanges = [] }: Pick<Resource, "ignoreChanges" | "replaceOnChanges">,
  ) {
    const found = await provider.diff({ ...old, urn }, inputs, ignoreChanges);
    const compared = differences(old.inputs, ignoring(ignoreChanges, old.inputs, inputs));
    const isUnknown = found.changes === "unknown";
    const changedNames = isUnknown ? Object.keys(compared) : found.changed;
    const changed = isUnknown ? changedNames.length > 0 : found.changes === "some";
    const detailedDiff = isUnknown ? compared : found.detailedDiff;
    const isReplacing = (path: string) => changed && isReplacedOn(replaceOnChanges, path);
    return {
      changed,
      replaced: found.replaces.length > 0 || changedNames.some(isReplacing),
      detailedDiff: Object.fromEntries(
        Object.entries(detailedDiff).map(([path, difference]) => [
          path,
          isReplacing(path) ? { ...difference, kind: replacing(difference.kind) } : difference,
        ]),
      ),
      deleteBeforeReplace: found.deleteBeforeReplace,
    };
  }

  /** Creates a resource. `keep` adds it to state, also if the create fails after the resource was created. */
  private async create(
    provider: Provider,
    urn: string,
    goal: Goal,
    inputs: Bag,
    keep: (created: Resource) => void,
  ): Promise<Resource> {
    const base = { ...resourceBase(urn, goal), inputs };
    const kept = (resource: Resource) => {
      keep(resource);
      return resource;
    };
    if (this.isPreview && !provider.supportsPreview) {
      return kept({ ...base, id: "", outputs: inputs });
    }
    const { outputs, ...created } = await this.write(
      () => provider.create(urn, inputs, this.writeOptions(goal.timeouts.create)),
      ({ id, refreshBeforeUpdate, reasons: initErrors, ...partial }) => {
        const outputs = unmarshal(provider, partial.outputs, inputs, goal);
        keep({ ...base, id, outputs, initErrors, refreshBeforeUpdate });
      },
    );
    return kept({ ...base, ...created, outputs: unmarshal(provider, outputs, inputs, goal) });
  }

  private async update(
    provider: Provider,
    urn: string,
    goal: Goal,
    old: Resource,
    inputs: Bag,
  ): Promise<Resource> {
    const updated = { ...resourceBase(urn, goal), id: old.id };
    if (this.isPreview && !provider.supportsPreview) {
      return this.keep({ ...updated, inputs, outputs: inputs }, old);
    }
    const { ignoreChanges, timeouts } = goal;
    const { outputs, refreshBeforeUpdate } = await this.write(
      () => provider.update(urn, old, inputs, { ...this.writeOptions(timeouts.update), ignoreChanges }),
      ({ refreshBeforeUpdate, reasons: initErrors, ...partial }) => {
        const outputs = unmarshal(provider, partial.outputs, inputs, goal);
        this.keep({ ...updated, inputs: old.inputs, outputs, initErrors, refreshBeforeUpdate }, old);
      },
    );
    const written = unmarshal(provider, outputs, inputs, goal);
    return this.keep({ ...updated, inputs, outputs: written, refreshBeforeUpdate }, old);
  }

  private writeOptions(timeout: number) {
    return { isPreview: this.isPreview, timeout };
  }

  private async deleteForReplacement(old: Resource): Promise<void> {
    if (old.pendingReplacement === true) return;
    await this.deleteAtProvider(old);
    if (old.delete === true) this.remove(old);
    else this.resources.set(old.urn, { ...old, pendingReplacement: true });
  }

  /** Creates a resource that was deleted first. */
  private recreate(
    provider: Provider,
    urn: string,
    goal: Goal,
    old: Resource,
    inputs: Bag,
  ): Promise<Resource> {
    return this.create(provider, urn, goal, inputs, (created) => {
      this.keep(created, old);
    });
  }

  private async read(provider: Provider, urn: string, id: string, inputs: Bag, outputs: Bag) {
    const read = await provider.read({ urn, id, inputs, outputs });
    if (read === undefined) return undefined;
    const marked = (bag: Bag, origin: Bag) => (provider.acceptSecrets ? bag : annotateSecrets(bag, origin));
    return {
      ...read,
      outputs: marked(read.outputs, outputs),
      inputs: read.inputs === undefined ? inputs : marked(read.inputs, inputs),
    };
  }

  /** Makes a call, and calls `keep` if it fails after the resource was created or updated. */
  private async write<T>(call: () => Promise<T>, keep: (partial: PartialFailure) => void): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof ProviderError && error.partial !== undefined) keep(error.partial);
      throw error;
    }
  }

  /** Adds a resource to state, and removes its entry under an old URN. */
  private keep(resource: Resource, old?: Resource): Resource {
    if (old !== undefined) this.resources.delete(old.urn);
    this.resources.delete(resource.urn);
    this.resources.set(resource.urn, resource);
    this.kept.add(resource.urn);
    return resource;
  }

  /** Returns the process of a provider, and starts it at its first use. */
  private async provider(reference: string): Promise<Provider> {
    const started = this.connections.get(reference) ?? this.start(reference);
    this.connections.set(reference, started);
    const connection = await started;
    if (connection === undefined) throw new Error("unsupported: a provider whose configuration is not known");
    return connection;
  }

  private async start(reference: string): Promise<Provider | undefined> {
    const urn = urnOfProvider({ provider: reference });
    const inBase = this.base.find((each) => each.urn === urn && each.delete !== true);
    const resource = this.resources.get(this.renamed.get(urn) ?? urn) ?? inBase;
    if (resource === undefined) throw new Error(`the provider ${reference} is not in state`);
    if (containsUnknown(resource.inputs)) return undefined;
    const connection = await this.connect(packageOf(resource.type), urn);
    await connection.configure(urn, resource.inputs);
    return connection;
  }

  private async connect(packageName: string, urn: string): Promise<Provider> {
    const connection = await this.host.connect(packageName, urn, this.runFacts);
    this.open.push(connection);
    return connection;
  }

  /** Runs `action` for a resource of the program. A failure stops the operation, unless it continues on errors. */
  private async guard<T>(
    urn: string,
    action: () => Promise<T>,
    { terminates } = { terminates: this.options.continueOnError !== true },
  ): Promise<T> {
    if (this.isTerminated) throw new Terminated();
    try {
      return await this.track(action());
    } catch (error) {
      if (error instanceof Terminated || error instanceof FailedResource) throw error;
      this.report(urn, error as Error, { terminates });
      throw terminates && !isAwaiting(error) ? new Terminated() : new FailedResource();
    }
  }

  /** Runs `action` for a resource in state, and reports its failure. */
  private async attempt(urn: string, action: () => Promise<void>): Promise<void> {
    if (this.isTerminated) return;
    try {
      await this.track(action());
    } catch (error) {
      if (error instanceof Terminated) throw error;
      this.report(urn, error as Error);
    }
  }

  private report(
    urn: string,
    error: Error,
    { terminates } = { terminates: this.options.continueOnError !== true && !(error instanceof Protected) },
  ): void {
    this.host.report(urn, error);
    if (isAwaiting(error)) return;
    this.hasFailed = true;
    if (!terminates) return;
    this.isTerminated = true;
    this.termination.resolve();
  }

  private async track<T>(promise: Promise<T>): Promise<T> {
    this.running.add(promise);
    try {
      return await promise;
    } catch (error) {
      if (error instanceof Killed) this.isTerminated = true;
      throw error;
    } finally {
      this.running.delete(promise);
    }
  }
}

function packageOf(type: string): string {
  return type.split(":").at(-1) ?? "";
}

function unmarshal(provider: Provider, outputs: Bag, inputs: Bag, goal: Goal): Bag {
  const marked = provider.acceptSecrets ? outputs : annotateSecrets(outputs, inputs);
  return Object.fromEntries(
    Object.entries(marked).map(([key, value]) => [
      key,
      goal.additionalSecretOutputs.includes(key) ? secret(value) : value,
    ]),
  );
}
