import { randomUUID } from "node:crypto";
import { LocalProvider } from "../fake-engine/direct-provider";
import type { Diff, Provider, ReadResource } from "../fake-engine/provider";
import type { Resource } from "../fake-engine/state";
import { type Bag, differences } from "../fake-engine/values";

/** The provider of the foreign resource. Each change of the resource replaces it. */
export class ForeignProvider extends LocalProvider implements Provider {
  async check(_urn: string, _olds: Bag, inputs: Bag) {
    return { inputs, problems: [] };
  }

  async diff({ inputs }: Resource, news: Bag): Promise<Diff> {
    const detailedDiff = differences(inputs, news);
    const changed = Object.keys(detailedDiff);
    const changes = changed.length > 0 ? "some" : "none";
    return { replaces: changed, changes, changed, detailedDiff, deleteBeforeReplace: false };
  }

  async create(_urn: string, inputs: Bag) {
    return { id: randomUUID(), outputs: inputs, refreshBeforeUpdate: false };
  }

  async update(): Promise<never> {
    throw new Error("unsupported: each change replaces the foreign resource");
  }

  async read({ id, outputs }: ReadResource) {
    return { id, outputs, refreshBeforeUpdate: false };
  }

  async delete(): Promise<void> {}
}
