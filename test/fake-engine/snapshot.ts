// The state of the stack during a deployment: `SnapshotManager` in pkg/backend/snapshot.go. It is in memory only, without pending operations.
import type { Resource, State } from "./state";

export class Snapshot {
  /** The resources in state before the program started, in the order of state (`Deployment.prev`). */
  base: readonly Resource[] = [];
  private readonly resources: Map<string, Resource>;
  private pendingDeletes: readonly Resource[];
  /** The URNs of resources that a step of this deployment has added to state. */
  private readonly added = new Set<string>();

  constructor({ resources, pendingDeletes }: State) {
    this.resources = new Map(resources);
    this.pendingDeletes = pendingDeletes;
    this.rebase();
  }

  /** The resources that this deployment has added are first, in the order of their completion. */
  get state(): State {
    const entries = [...this.resources];
    const added = entries.filter(([urn]) => this.added.has(urn));
    const others = entries.filter(([urn]) => !this.added.has(urn));
    return { resources: new Map([...added, ...others]), pendingDeletes: this.pendingDeletes };
  }

  /** All resources except pending deletions. */
  get current(): Resource[] {
    return [...this.resources.values()];
  }

  get pending(): readonly Resource[] {
    return this.pendingDeletes;
  }

  /** Makes the present state the base, after a refresh (`rebuildBaseState` in deployment_executor.go). */
  rebase(): void {
    this.base = [...this.current, ...this.pendingDeletes];
  }

  get(urn: string): Resource | undefined {
    return this.resources.get(urn);
  }

  isAdded(urn: string): boolean {
    return this.added.has(urn);
  }

  /** Adds a resource in place of its old state, whose URN can differ. */
  add(resource: Resource, old?: Resource): Resource {
    if (old !== undefined) this.resources.delete(old.urn);
    this.resources.delete(resource.urn);
    this.resources.set(resource.urn, resource);
    this.added.add(resource.urn);
    return resource;
  }

  /** Changes a resource at its place in state. */
  update(old: Resource, updated: Resource): void {
    if (old.delete) this.pendingDeletes = this.pendingDeletes.map((each) => (each === old ? updated : each));
    else this.resources.set(old.urn, updated);
  }

  remove(old: Resource): void {
    if (old.delete) this.pendingDeletes = this.pendingDeletes.filter((each) => each !== old);
    else this.resources.delete(old.urn);
  }

  /** Moves a replaced resource to the pending deletions. */
  markForDeletion(old: Resource): void {
    this.resources.delete(old.urn);
    this.pendingDeletes = [...this.pendingDeletes, { ...old, delete: true }];
  }
}
