import type { Bag } from "./values";

/** A resource in state. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
  readonly parent: string;
  /** The provider's URN and ID, joined by `::`; empty for components and providers. */
  readonly provider: string;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete?: boolean;
  /** The URN of a resource whose deletion makes the deletion of this one unnecessary. */
  readonly deletedWith?: string;
  /** The URNs of resources with which this one is replaced. */
  readonly replaceWith?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly timeouts?: Timeouts;
  /** By input: the URNs of the resources that its value comes from. */
  readonly propertyDependencies?: PropertyDependencies;
  readonly initErrors?: readonly string[];
  /** Replaced by the next update, as after `pulumi state taint`. */
  readonly taint?: boolean;
  /** Deleted for a replacement, and not yet recreated. */
  readonly pendingReplacement?: boolean;
  /** Replaced, and not yet deleted ("pending deletion"). */
  readonly delete?: boolean;
  /** Whether the provider requests a read before every update (`refresh_before_update`). */
  readonly refreshBeforeUpdate?: boolean;
  /** Read, not managed. */
  readonly external?: boolean;
  /** Not in state, and not created, because the command is limited to other resources. */
  readonly isSkipped?: boolean;
}

type PropertyDependencies = Readonly<Record<string, readonly string[]>>;

/** Seconds of `customTimeouts`. */
interface Timeouts {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

export interface State {
  /** All resources except those in {@link pendingDeletes}, by URN. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** Replaced resources that are not deleted yet. Their replacements usually have the same URN. */
  readonly pendingDeletes: readonly Resource[];
}

/** A program's registration of a resource. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: Bag;
  readonly parent: string;
  readonly provider: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: PropertyDependencies;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  readonly replaceWith: readonly string[];
  readonly aliases: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean | undefined;
  readonly additionalSecretOutputs: readonly string[];
  readonly timeouts: Timeouts;
}

/** The registration of a custom resource without options. */
export const plainGoal = {
  custom: true,
  parent: "",
  dependencies: [],
  propertyDependencies: {},
  protect: false,
  retainOnDelete: false,
  deletedWith: "",
  replaceWith: [],
  aliases: [],
  ignoreChanges: [],
  replaceOnChanges: [],
  deleteBeforeReplace: undefined,
  additionalSecretOutputs: [],
  timeouts: { create: 0, update: 0, delete: 0 },
} as const satisfies Partial<Goal>;

export const stackType = "pulumi:pulumi:Stack";
export const isProviderType = (type: string) => type.startsWith("pulumi:providers:");

export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** A URN in the stack `test` of the project `lab`. */
export function urnOf(type: string, name: string, parent = ""): string {
  const parentType = parent === "" ? "" : (parent.split("::")[2] ?? "");
  const qualified = parentType === "" || parentType === stackType ? type : `${parentType}$${type}`;
  return `urn:pulumi:test::lab::${qualified}::${name}`;
}

export function typeIn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The part of a resource in state that its registration determines. */
export function resourceBase(urn: string, goal: Goal) {
  const { type, custom, parent, provider, dependencies, propertyDependencies, protect } = goal;
  const { retainOnDelete, deletedWith, replaceWith, ignoreChanges, replaceOnChanges, timeouts } = goal;
  return {
    ...{ urn, type, custom, parent, provider, dependencies, propertyDependencies, protect },
    ...{ retainOnDelete, deletedWith, replaceWith, ignoreChanges, replaceOnChanges, timeouts },
  };
}
