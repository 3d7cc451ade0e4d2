// Resources in state and in programs: `State` and `Goal` in pkg/resource and sdk/go/common/resource, and URNs. They have the fields that these tests use.
import type { Bag } from "./values";

/** What a program determines of a resource, in a registration and in state. */
interface Registered {
  readonly type: string;
  readonly custom: boolean;
  readonly inputs: Bag;
  readonly parent: string;
  /** The provider's URN and ID, joined by `::`; empty for components and providers. */
  readonly provider: string;
  readonly dependencies: readonly string[];
  /** By input: the URNs of the resources that its value comes from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** The URN of a resource whose deletion makes the deletion of this one unnecessary, or empty. */
  readonly deletedWith: string;
  /** The URNs of resources with which this one is replaced. */
  readonly replaceWith: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** Seconds of `customTimeouts`. 0: the provider's default. */
  readonly timeouts: { readonly create: number; readonly update: number; readonly delete: number };
}

/** A program's registration of a resource. */
export interface Goal extends Registered {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly deleteBeforeReplace: boolean | undefined;
}

/** A resource in state. */
export interface Resource extends Registered {
  readonly urn: string;
  readonly id: string;
  readonly outputs: Bag;
  readonly initErrors?: readonly string[];
  /** Replaced by the next update, as after `pulumi state taint`. */
  readonly taint?: boolean;
  /** Deleted for a replacement, and not yet recreated. */
  readonly pendingReplacement?: boolean;
  /** Replaced, and not yet deleted ("pending deletion"). */
  readonly delete?: boolean;
  /** Whether the provider requests a read before every update (`refresh_before_update`). */
  readonly refreshBeforeUpdate: boolean;
  /** Read, not managed. */
  readonly external?: boolean;
  /** Not in state, and not created, because the command is limited to other resources. */
  readonly isSkipped?: boolean;
}

export interface State {
  /** All resources except those in {@link pendingDeletes}, by URN. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** Replaced resources that are not deleted yet. Their replacements usually have the same URN. */
  readonly pendingDeletes: readonly Resource[];
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

/** The new state of a resource, before its provider has created it. */
export function newState(urn: string, goal: Goal): Resource {
  const { name: _, aliases: _aliases, deleteBeforeReplace: _order, ...registered } = goal;
  return { ...registered, urn, id: "", outputs: {}, refreshBeforeUpdate: false };
}

export const stackType = "pulumi:pulumi:Stack";
export const isProviderType = (type: string) => type.startsWith("pulumi:providers:");

export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

export function typeIn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** A URN in the stack `test` of the project `lab`. */
export function urnOf(type: string, name: string, parent = ""): string {
  const parentType = parent.split("::")[2] ?? "";
  const qualified = parentType === "" || parentType === stackType ? type : `${parentType}$${type}`;
  return `urn:pulumi:test::lab::${qualified}::${name}`;
}
