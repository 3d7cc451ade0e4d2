import type { Properties } from "./property-values";
import type { Struct } from "./sdk-libraries";

/** What the engine is told of an update or a replacement. */
export interface Difference {
  /** By property: what becomes of it. */
  readonly changes: ReadonlyMap<string, "add" | "delete" | "update">;
  /** The properties among them that force a replacement. */
  readonly replaces: readonly string[];
  /** Outputs that keep their values whatever changes, short of a replacement. */
  readonly stables: readonly string[];
}

/** What is known of a resource that is read: nothing for an import, the inputs alone for a lookup. */
export interface Known {
  readonly inputs: Properties | undefined;
  readonly state: Properties | undefined;
}

/** A type of resource, in the shapes of the plugin protocol. */
export interface PluginResource {
  /** Whether the engine is to read the resource before every update (`refresh_before_update`). */
  readonly refreshBeforeUpdate: boolean;
  check(urn: string, olds: Properties, news: Properties): Promise<{ inputs: Struct; problems: string[] }>;
  diff(id: string, olds: Known, news: Properties): Difference;
  /** @param preview whether nothing is to be done, and the outputs foretold. */
  create(inputs: Properties, preview: boolean): Promise<{ id: string; outputs: Struct }>;
  /** Returns nothing when it is gone. */
  read(id: string, known: Known): Promise<{ id: string; outputs: Struct; inputs: Struct } | undefined>;
  update(id: string, olds: Properties, inputs: Properties, preview: boolean): Promise<Struct>;
  delete(id: string, olds: Properties): Promise<void>;
}
