// What each step does at the provider and in state: step.go. Steps have no objects of their own; the step generator returns functions that call them.
import { diffResource } from "./diff";
import { type Events, Protected } from "./events";
import type { Options } from "./options";
import {
  type PartialFailure,
  type Provider,
  ProviderError,
  type ReadResource,
  type Written,
} from "./provider";
import type { ProviderRegistry } from "./provider-registry";
import type { Snapshot } from "./snapshot";
import { isProviderType, type Resource } from "./state";
import { annotateSecrets, type Bag, differences, isUnknown, secret, unknown } from "./values";

export class Steps {
  constructor(
    private readonly options: Options,
    private readonly snapshot: Snapshot,
    private readonly providers: ProviderRegistry,
    private readonly events: Events,
  ) {}

  /** Stores what the program changes without the provider, such as a new URN. */
  same(old: Resource, goal: Resource): Resource {
    const { id, outputs, refreshBeforeUpdate } = old;
    return this.snapshot.add({ ...goal, id, outputs, refreshBeforeUpdate }, old);
  }

  /** Creates a resource in place of `old`, or of nothing. */
  create(goal: Resource, old?: Resource): Promise<Resource> {
    return this.createWith(goal, (created) => this.snapshot.add(created, old));
  }

  /** Creates the replacement of a resource that is deleted later. */
  createReplacement(goal: Resource, old: Resource): Promise<Resource> {
    return this.createWith(goal, (created) => {
      this.snapshot.markForDeletion(old);
      return this.snapshot.add(created);
    });
  }

  private createWith(goal: Resource, add: (created: Resource) => Resource): Promise<Resource> {
    const { urn, inputs, timeouts } = goal;
    const call = (provider: Provider) =>
      provider.create(urn, inputs, { isPreview: this.options.preview, timeout: timeouts.create });
    return this.write(goal, call, add, (partial) => ({ ...goal, ...partial }));
  }

  update(old: Resource, goal: Resource): Promise<Resource> {
    const { id, inputs: oldInputs } = old;
    const { urn, inputs, timeouts, ignoreChanges } = goal;
    const options = { isPreview: this.options.preview, timeout: timeouts.update, ignoreChanges };
    return this.write(
      { ...goal, id },
      (provider) => provider.update(urn, old, inputs, options),
      (updated) => this.snapshot.add(updated, old),
      (partial) => ({ ...goal, ...partial, id, inputs: oldInputs }),
    );
  }

  /**
   * Creates or updates a resource, and adds it to state, also if its provider failed after it had created or updated the resource.
   *
   * @param failed the state after such a failure
   */
  private async write(
    goal: Resource,
    call: (provider: Provider) => Promise<Omit<Written, "id">>,
    add: (written: Resource) => Resource,
    failed: (partial: Omit<PartialFailure, "reasons">) => Resource,
  ): Promise<Resource> {
    const provider = await this.providers.get(goal.provider);
    if (this.options.preview && !provider.supportsPreview) return add({ ...goal, outputs: goal.inputs });
    const withSecrets = (outputs: Bag) => withSecretOutputs(provider, outputs, goal);
    try {
      const written = await call(provider);
      return add({ ...goal, ...written, outputs: withSecrets(written.outputs) });
    } catch (error) {
      if (error instanceof ProviderError && error.partial !== undefined) {
        const { reasons: initErrors, ...partial } = error.partial;
        add({ ...failed({ ...partial, outputs: withSecrets(partial.outputs) }), initErrors });
      }
      throw error;
    }
  }

  /** Deletes a resource that the program does not declare, or a replaced one. */
  async delete(old: Resource, otherDeletes: ReadonlySet<string>): Promise<void> {
    const { urn, inputs, protect, pendingReplacement } = old;
    if (protect && !old.delete) {
      throw new Protected(`resource "${urn}" cannot be deleted\nbecause it is protected.`);
    }
    // A preview shows no deletions for replacements.
    if (!old.delete && !pendingReplacement)
      this.events.step(old.external ? "discard" : "delete", urn, inputs);
    if (!pendingReplacement) await this.deleteAtProvider(old, otherDeletes);
    this.snapshot.remove(old);
  }

  /** Deletes a resource that will be recreated. */
  async deleteForReplacement(old: Resource, otherDeletes: ReadonlySet<string>): Promise<void> {
    if (old.pendingReplacement) return;
    await this.deleteAtProvider(old, otherDeletes);
    if (old.delete) this.snapshot.remove(old);
    else this.snapshot.update(old, { ...old, pendingReplacement: true });
  }

  private async deleteAtProvider(old: Resource, otherDeletes: ReadonlySet<string>): Promise<void> {
    const isManaged = old.custom && !isProviderType(old.type) && !old.external;
    if (!isManaged || old.retainOnDelete || this.options.preview) return;
    if (otherDeletes.has(old.deletedWith)) {
      this.events.abandoned.push(old);
      return;
    }
    await (await this.providers.get(old.provider)).delete(old);
  }

  /** Reads a resource in state, and compares it with its last known state. */
  async refresh(old: Resource): Promise<void> {
    const { urn, ignoreChanges } = old;
    const provider = await this.providers.get(old.provider);
    const read = await readAt(provider, old);
    if (read === undefined) {
      this.events.foundRefreshChanges = true;
      this.events.step("refresh", urn, {});
      this.snapshot.remove(old);
      return;
    }
    const { initErrors: _, ...rest } = old;
    const refreshed = { ...rest, ...read };
    // Of a managed resource, the changes of an update with the same program.
    const isChanged = old.external
      ? Object.keys(differences(old.outputs, read.outputs)).length > 0
      : (await diffResource(provider, refreshed, old.inputs, { ignoreChanges })).changed;
    this.events.foundRefreshChanges ||= isChanged;
    // The preview shows no properties of a refresh.
    this.events.step("refresh", urn, read.inputs);
    this.snapshot.update(old, refreshed);
  }

  /** Reads a resource that the program does not manage. */
  async read(goal: Resource, id: string): Promise<Resource> {
    const { urn, inputs } = goal;
    const provider = await this.providers.get(goal.provider);
    this.events.step("read", urn, inputs);
    const found = isUnknown(id)
      ? { id: unknown, outputs: inputs }
      : await readAt(provider, { urn, id, inputs, outputs: inputs });
    if (found === undefined) throw new Error(`resource '${id}' does not exist`);
    return this.snapshot.add({ ...goal, id: found.id, outputs: found.outputs, external: true });
  }
}

async function readAt(provider: Provider, { urn, id, inputs, outputs }: ReadResource) {
  const read = await provider.read({ urn, id, inputs, outputs });
  if (read === undefined) return undefined;
  const marked = (bag: Bag, origin: Bag) => (provider.acceptSecrets ? bag : annotateSecrets(bag, origin));
  return {
    ...read,
    outputs: marked(read.outputs, outputs),
    inputs: read.inputs === undefined ? inputs : marked(read.inputs, inputs),
  };
}

function withSecretOutputs(provider: Provider, outputs: Bag, goal: Resource): Bag {
  const marked = provider.acceptSecrets ? outputs : annotateSecrets(outputs, goal.inputs);
  const isSecretOutput = (name: string) => goal.additionalSecretOutputs.includes(name);
  return Object.fromEntries(
    Object.entries(marked).map(([name, value]) => [name, isSecretOutput(name) ? secret(value) : value]),
  );
}
