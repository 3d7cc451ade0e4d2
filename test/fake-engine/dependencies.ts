import { nameOf, type Resource } from "./state";

/** Whether a name or pattern matches a resource: `**` matches everything, `*` everything except colons (resource/deploy/target.go). */
export function isAmong(names: readonly string[], urn: string): boolean {
  const toRegExp = (pattern: string) => {
    const parts = pattern.split(/(\*+)/).map((part) => {
      if (!part.startsWith("*")) return part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
      return part === "*" ? "[^:]*" : ".*";
    });
    return new RegExp(`^${parts.join("")}$`);
  };
  return names.some((name) => name === nameOf(urn) || toRegExp(name).test(urn));
}

type Dependent = Pick<
  Resource,
  "dependencies" | "propertyDependencies" | "deletedWith" | "replaceWith" | "parent" | "provider"
>;

export function urnOfProvider({ provider }: Pick<Resource, "provider">): string {
  return provider.split("::").slice(0, -1).join("::");
}

/** The URNs on which a resource depends, including its parent and its provider. */
export function urnsNeededBy(resource: Dependent): string[] {
  const { dependencies, parent, propertyDependencies = {}, deletedWith = "", replaceWith = [] } = resource;
  const ofProperties = Object.values(propertyDependencies).flat();
  return [
    ...dependencies,
    ...ofProperties,
    ...replaceWith,
    deletedWith,
    parent,
    urnOfProvider(resource),
  ].filter(Boolean);
}

/** A resource's key in a set. A pending deletion is its own key, because several can have one URN and ID. */
export function keyOf(resource: Resource): unknown {
  return resource.delete === true ? resource : resource.urn;
}

/**
 * Groups resources so that each group can be deleted in parallel after the group before it (`ScheduleDeletes` in step_generator.go): a
 * resource is deleted after everything that depends on it.
 */
export function deletionGroups(
  resources: readonly Resource[],
  dependenciesOf: (resource: Resource) => readonly Resource[],
): Resource[][] {
  const remaining = new Map(resources.map((resource) => [keyOf(resource), resource]));
  const groups: Resource[][] = [];
  while (remaining.size > 0) {
    const group = [...remaining.values()].filter(
      (resource) => !dependenciesOf(resource).some((each) => remaining.has(keyOf(each))),
    );
    if (group.length === 0) throw new Error("unsupported: resources that depend on each other");
    for (const resource of group) remaining.delete(keyOf(resource));
    groups.unshift(group);
  }
  return groups;
}
