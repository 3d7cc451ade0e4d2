// The dependencies between resources: `DependencyGraph` in pkg/resource/graph, and `ScheduleDeletes` in step_generator.go.
import type { Resource } from "./state";

export function urnOfProvider({ provider }: Pick<Resource, "provider">): string {
  return provider.split("::").slice(0, -1).join("::");
}

type Dependent = Pick<
  Resource,
  "dependencies" | "propertyDependencies" | "deletedWith" | "replaceWith" | "parent" | "provider"
>;

/** The URNs on which a resource depends, including its parent and its provider. */
export function urnsNeededBy(resource: Dependent): string[] {
  const { dependencies, parent, propertyDependencies, deletedWith, replaceWith } = resource;
  const ofProperties = Object.values(propertyDependencies).flat();
  const single = [deletedWith, parent, urnOfProvider(resource)].filter(Boolean);
  return [...dependencies, ...ofProperties, ...replaceWith, ...single];
}

/** The dependencies of resources in the order of state, in which each resource follows those that it depends on. */
export class DependencyGraph {
  constructor(private readonly order: readonly Resource[]) {}

  /** Returns the URNs of a resource, its children, and the resources that depend on it, directly or indirectly. */
  dependingOn(resource: Resource): Set<string> {
    const urns = new Set([resource.urn]);
    for (const candidate of this.order.slice(this.order.indexOf(resource) + 1)) {
      if (urnsNeededBy(candidate).some((urn) => urns.has(urn))) urns.add(candidate.urn);
    }
    return urns;
  }

  /** Returns what a resource depends on directly. */
  dependenciesOf(resource: Resource): Resource[] {
    const { order } = this;
    const index = order.indexOf(resource);
    // A resource that this deployment has replaced or refreshed has the place of its last state.
    const place = index >= 0 ? index : order.findIndex((each) => each.urn === resource.urn && !each.delete);
    const urns = urnsNeededBy(resource);
    return order.slice(0, place).filter(({ urn }) => urns.includes(urn));
  }

  /** Returns what a resource depends on, directly or indirectly. */
  transitiveDependenciesOf(resource: Resource): Set<Resource> {
    const found = new Set<Resource>();
    const add = (dependency: Resource) => {
      if (found.has(dependency)) return;
      found.add(dependency);
      this.dependenciesOf(dependency).forEach(add);
    };
    this.dependenciesOf(resource).forEach(add);
    return found;
  }

  /** Groups resources so that each group can be deleted in parallel after the group before it: dependents before their dependencies. */
  scheduleDeletes(resources: readonly Resource[]): Resource[][] {
    const remaining = new Map(resources.map((resource) => [keyOf(resource), resource]));
    const groups: Resource[][] = [];
    while (remaining.size > 0) {
      const group = [...remaining.values()].filter(
        (resource) => !this.dependenciesOf(resource).some((each) => remaining.has(keyOf(each))),
      );
      if (group.length === 0) throw new Error("unsupported: resources that depend on each other");
      for (const resource of group) remaining.delete(keyOf(resource));
      groups.unshift(group);
    }
    return groups;
  }
}

/** A resource's key in a set. A pending deletion is its own key, because several can have one URN and ID. */
export function keyOf(resource: Resource): unknown {
  return resource.delete ? resource : resource.urn;
}
