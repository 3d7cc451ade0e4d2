// Plans the steps of the program's resources: `GenerateSteps` in step_generator.go. Imports, update plans, policies and `replacementTrigger` are missing.
import { DeleteGenerator } from "./delete-generator";
import { urnsNeededBy } from "./dependency-graph";
import { diffResource, forcedReplacement, ignoring, type ResourceDiff } from "./diff";
import { type Events, FailedResource, failOn, Unsupported } from "./events";
import { destroysProgram, isAmong, type Options } from "./options";
import type { Provider } from "./provider";
import type { ProviderRegistry } from "./provider-registry";
import type { Snapshot } from "./snapshot";
import { type Goal, isProviderType, newState, type Resource, stackType, typeIn } from "./state";
import type { Steps } from "./steps";
import { annotateSecrets, type Bag } from "./values";

/** Runs the planned steps of a resource. @returns what the program receives */
type Apply = () => Promise<Resource>;

export class StepGenerator {
  readonly deletes: DeleteGenerator;
  /** The URNs that the program has registered, and the old URNs of renamed resources (`urns`). */
  private readonly registered = new Set<string>();
  /** The URNs of resources that are replaced (`replaces`). */
  private readonly replaced = new Set<string>();
  /** The URNs of resources that are neither in state nor targeted (`skippedCreates`). */
  private readonly skipped = new Set<string>();
  /** Resources of the program that failed, or were skipped because they depend on one that failed. */
  private readonly failed = new Set<string>();

  constructor(
    private readonly options: Options,
    private readonly snapshot: Snapshot,
    private readonly providers: ProviderRegistry,
    private readonly steps: Steps,
    private readonly events: Events,
  ) {
    this.deletes = new DeleteGenerator(options, snapshot, providers, this.registered);
  }

  /** Records that the program has registered a resource. */
  claim(urn: string): void {
    if (this.registered.has(urn))
      throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    this.registered.add(urn);
  }

  /** Records that the steps of a resource failed, so that its dependents are skipped. */
  markFailed(urn: string): void {
    this.failed.add(urn);
  }

  isTargeted(urn: string): boolean {
    const { targets, excludes = [] } = this.options;
    if (isProviderType(typeIn(urn)) || typeIn(urn) === stackType) return true;
    return targets === undefined ? !isAmong(excludes, urn) : isAmong(targets, urn);
  }

  /** Plans the steps of a resource. */
  async generate(urn: string, goal: Goal): Promise<Apply> {
    this.claim(urn);
    const old = this.oldOf(urn, goal);
    const news = newState(urn, goal);
    if (!this.isTargeted(urn)) {
      if (old === undefined) return this.skip(news);
      this.events.step("same", urn, old.inputs);
      return async () => this.snapshot.add({ ...old, urn }, old);
    }
    if (urnsNeededBy(goal).some((needed) => this.failed.has(needed)))
      return () => this.skipAfterFailure(news, old);
    if (!goal.custom) {
      this.failIfSkipped(news);
      this.events.step(old === undefined ? "create" : "same", urn, goal.inputs);
      return async () => (old === undefined ? this.snapshot.add(news) : this.steps.same(old, news));
    }
    if (isProviderType(goal.type)) return () => this.registerProvider(urn, goal, old);
    if (destroysProgram(this.options)) {
      if (old === undefined) return this.skip(news);
      this.events.step("same", urn, old.inputs);
      return async () => this.steps.same(old, { ...news, inputs: old.inputs });
    }
    return this.generateCustom(urn, goal, old);
  }

  /** Returns a resource in state by its URN or one of its aliases. */
  find(urn: string, { aliases }: Goal): Resource | undefined {
    const known = [urn, ...aliases].find((candidate) => this.snapshot.get(candidate) !== undefined);
    return known === undefined ? undefined : this.snapshot.get(known);
  }

  private oldOf(urn: string, goal: Goal): Resource | undefined {
    const old = this.find(urn, goal);
    if (old !== undefined) this.registered.add(old.urn);
    return old;
  }

  /** Skips a resource that is neither in state nor targeted (`NewSkippedCreateStep` in step.go). */
  private skip(news: Resource): Apply {
    this.skipped.add(news.urn);
    return async () => ({ ...news, isSkipped: true });
  }

  /** Fails if a resource depends on a skipped one (`validateSteps` in step_generator.go). */
  private failIfSkipped(news: Resource): void {
    const skipped = urnsNeededBy(news).find((each) => this.skipped.has(each));
    if (skipped === undefined || destroysProgram(this.options)) return;
    throw new Error(
      `Resource '${news.urn}' depends on '${skipped}' which was was not specified in --target list.`,
    );
  }

  /** Skips a resource that depends on a failed one, and asks its provider for a preview (`SameStep.Skip` in step.go). */
  private async skipAfterFailure(news: Resource, old: Resource | undefined): Promise<never> {
    const { urn, custom, inputs, timeouts, ignoreChanges } = news;
    const provider = custom ? await this.providers.get(news.provider) : undefined;
    if (provider?.supportsPreview) {
      if (old === undefined) throw new Unsupported("a new resource that depends on a failed one");
      const options = { isPreview: true, timeout: timeouts.update, ignoreChanges };
      await provider.update(urn, old, inputs, options).catch(() => {});
    }
    throw new FailedResource();
  }

  private async registerProvider(urn: string, goal: Goal, old: Resource | undefined): Promise<Resource> {
    const news = await this.providers.check(urn, goal);
    this.events.step(old === undefined ? "create" : "same", urn, news.inputs);
    return this.snapshot.add(news, old);
  }

  private async generateCustom(urn: string, goal: Goal, old: Resource | undefined): Promise<Apply> {
    const provider = await this.providers.get(goal.provider);
    const { taint = false } = old ?? {};
    const isRecreated = old !== undefined && this.deletes.urns.delete(urn);
    if (old?.external && !isRecreated) throw new Unsupported("a resource that was read before");
    const isNew = old === undefined || isRecreated;
    const isTargetedReplacement = !isNew && (taint || isAmong(this.options.replaced, urn));
    const check = async (olds: Bag, news: Bag) => ({
      ...newState(urn, goal),
      inputs: await checkResource(provider, urn, olds, news),
    });
    const news =
      isNew || isTargetedReplacement
        ? await check({}, goal.inputs)
        : await check(old.inputs, ignoring(goal.ignoreChanges, old.inputs, goal.inputs));
    this.failIfSkipped(news);
    if (isNew) {
      // A resource that was deleted with one on which it depends is recreated.
      if (isRecreated) this.replaced.add(urn);
      this.events.step(isRecreated ? "replace" : "create", urn, news.inputs);
      return () => this.steps.create(news, old);
    }
    const isForced =
      isTargetedReplacement ||
      [...goal.replaceWith, goal.deletedWith].some((other) => this.replaced.has(other));
    const diff = isForced
      ? forcedReplacement
      : await diffResource(provider, { ...old, urn }, news.inputs, goal);
    if (diff.replaced || old.pendingReplacement) {
      if (goal.protect && old.protect) {
        throw new Error(`unable to replace resource "${urn}"\nas it is currently marked for protection.`);
      }
      const replacement = isTargetedReplacement ? news : await check({}, goal.inputs);
      const isDeletedFirst = goal.deleteBeforeReplace ?? diff.deleteBeforeReplace;
      return this.generateReplacement(old, replacement, { ...diff, deleteBeforeReplace: isDeletedFirst });
    }
    if (diff.changed || (old.initErrors ?? []).length > 0) {
      this.events.step("update", urn, news.inputs, diff.detailedDiff);
      return () => this.steps.update(old, news);
    }
    this.events.step("same", urn, news.inputs);
    return async () => this.steps.same(old, news);
  }

  private async generateReplacement(
    old: Resource,
    replacement: Resource,
    diff: ResourceDiff,
  ): Promise<Apply> {
    const { urn, inputs } = replacement;
    this.replaced.add(urn);
    this.events.step("replace", urn, inputs, diff.detailedDiff);
    if (diff.deleteBeforeReplace) return this.deleteFirst(old, replacement);
    if (old.pendingReplacement) return () => this.steps.create(replacement, old);
    return () => this.steps.createReplacement(replacement, old);
  }

  /** Deletes a resource, and those that must be replaced with it, before its replacement is created. */
  private async deleteFirst(old: Resource, replacement: Resource): Promise<Apply> {
    const dependents = await this.deletes.dependentReplacements(old);
    const guarded = dependents.find((each) => each.protect && !each.delete);
    if (guarded !== undefined) {
      throw new Error(
        `unable to replace resource "${guarded.urn}" as part of replacing "${replacement.urn}"\nas it is currently marked for protection.`,
      );
    }
    const { urns } = this.deletes;
    for (const each of [...dependents, old]) urns.add(each.urn);
    return async () => {
      for (const each of [old, ...dependents].toReversed()) await this.steps.deleteForReplacement(each, urns);
      return this.steps.create(replacement, old);
    };
  }
}

async function checkResource(provider: Provider, urn: string, olds: Bag, news: Bag): Promise<Bag> {
  const { inputs, problems } = await provider.check(urn, olds, news);
  failOn(urn, problems, news);
  return provider.acceptSecrets ? inputs : annotateSecrets(inputs, news);
}
