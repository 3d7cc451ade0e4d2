// Plans deletions, as the step generator's `GenerateDeletes` and `calculateDependentReplacements` (step_generator.go): what the program does not declare,
// what is replaced, and what must be replaced with a resource that is deleted first.
import { DependencyGraph, urnOfProvider } from "./dependency-graph";
import { diffResource } from "./diff";
import { destroysProgram, isAmong, type Options } from "./options";
import type { ProviderRegistry } from "./provider-registry";
import type { Snapshot } from "./snapshot";
import type { Resource } from "./state";
import { unknown } from "./values";

/** The deletions at the end of a deployment. */
interface Deletions {
  readonly resources: readonly Resource[];
  /** Those of `resources` that `--target` does not name. */
  readonly untargeted: readonly Resource[];
  readonly graph: DependencyGraph;
}

export class DeleteGenerator {
  /** The URNs of resources that this deployment deletes or has deleted, unless they are recreated (`deletes`). */
  readonly urns = new Set<string>();

  /** @param registered the URNs that the program has registered so far */
  constructor(
    private readonly options: Options,
    private readonly snapshot: Snapshot,
    private readonly providers: ProviderRegistry,
    private readonly registered: ReadonlySet<string>,
  ) {}

  /** Chooses replaced resources, and resources that the program has not declared. `destroy --run-program` also deletes those that it declares. */
  async generate(): Promise<Deletions> {
    const { current, pending, base } = this.snapshot;
    const undeclared = current.filter(({ urn }) => !this.registered.has(urn));
    const declared = destroysProgram(this.options)
      ? current.filter(({ urn }) => this.registered.has(urn))
      : [];
    const order = [...declared, ...base];
    const graph = new DependencyGraph(order);
    const isDeletable = await this.deletableIn(graph, order);
    const resources = [...declared, ...undeclared, ...pending].filter(({ urn }) => isDeletable(urn));
    for (const { urn } of resources) this.urns.add(urn);
    const { targets } = this.options;
    const untargeted = targets === undefined ? [] : resources.filter(({ urn }) => !isAmong(targets, urn));
    return { resources, untargeted, graph };
  }

  /** Returns whether the targets allow the deletion of a resource. */
  private async deletableIn(
    graph: DependencyGraph,
    resources: readonly Resource[],
  ): Promise<(urn: string) => boolean> {
    const { targets, excludes = [] } = this.options;
    if (targets !== undefined) {
      const allowed = new Set<string>();
      for (const target of resources.filter(({ urn }) => isAmong(targets, urn)))
        for (const urn of graph.dependingOn(target)) allowed.add(urn);
      for (const resource of this.snapshot.base.filter(({ urn }) => allowed.has(urn)))
        for (const { urn } of await this.dependentReplacements(resource)) allowed.add(urn);
      return (urn) => allowed.has(urn);
    }
    const excluded = this.snapshot.base.filter(({ urn }) => isAmong(excludes, urn));
    const kept = excluded.flatMap((each) => [each, ...graph.transitiveDependenciesOf(each)]);
    // A pending deletion is kept only if its replacement is in state.
    const keptUrns = new Set(kept.filter((each) => !each.delete).map(({ urn }) => urn));
    return (urn) => !keptUrns.has(urn);
  }

  /** Returns the resources that must be replaced if a resource is deleted first, in the order of state. */
  async dependentReplacements(root: Resource): Promise<Resource[]> {
    const latest = (each: Resource) => (each.delete ? each : (this.snapshot.get(each.urn) ?? each));
    const order = this.snapshot.base.map(latest);
    const dependents = new DependencyGraph(order).dependingOn(latest(root));
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
    for (const each of this.snapshot.current)
      if (each.replaceWith.includes(root.urn) || each.deletedWith === root.urn) replaced.add(each);
    const isDeleted = (each: Resource) =>
      each.delete ? !this.snapshot.pending.includes(each) : each.pendingReplacement;
    return [...replaced].filter((each) => !isDeleted(each));
  }

  /** Compares a resource with unknown values in place of those that come from deleted resources. */
  private async isReplacedAfterDelete(resource: Resource, deleted: ReadonlySet<string>): Promise<boolean> {
    const { custom, external, inputs, propertyDependencies, deletedWith } = resource;
    if (!custom || external) return false;
    if (deleted.has(urnOfProvider(resource)) || deleted.has(deletedWith)) return true;
    const affected = Object.keys(inputs).filter((name) =>
      propertyDependencies[name]?.some((urn) => deleted.has(urn)),
    );
    if (affected.length === 0) return false;
    const news = { ...inputs, ...Object.fromEntries(affected.map((name) => [name, unknown])) };
    const provider = await this.providers.get(resource.provider);
    return (await diffResource(provider, resource, news, resource)).replaced;
  }
}
