import { urnOfProvider } from "../fake-engine/dependency-graph";
import type { Resource, State } from "../fake-engine/state";
import {
  type Declaration,
  foreignUrn,
  type Program,
  type ProviderName,
  providerNameOf,
  tokens,
  type Urn,
} from "./program";
import type { Command } from "./sequence";

/** A command whose chosen resources are known. */
export interface StackCommand extends Omit<Command, "chosen"> {
  readonly chosen: { readonly urns: ReadonlySet<Urn>; readonly by: "target" | "exclude" } | undefined;
}

export interface Step {
  readonly op: string;
  readonly name: string;
  readonly detailedDiff: object | null;
}

/** The outcome of a command. */
export interface Outcome {
  /** By resource name. */
  readonly errors: readonly { readonly name: string; readonly error: Error }[];
  readonly isKilled: boolean;
  /** Whether the command has started the program. If a read of `--refresh` fails, it does not. */
  readonly hasRunProgram: boolean;
  /** The steps that change something, or would in a preview. */
  readonly steps: readonly Step[];
  /** The resources of the program, with the values of the foreign resource in this command. */
  readonly declared: readonly Declaration[];
  /** The provider's messages, except errors. */
  readonly messages: readonly string[];
  /** The IDs of integrations that `deletedWith` leaves at Pinterest. */
  readonly abandoned: readonly string[];
}

/** A stack of the fake engine, or of Pulumi's. */
export interface Stack {
  state: State;
  /** The resource that a provider updates or deletes at this time, if the stack knows it. */
  readonly resourceInCall: Resource | undefined;
  run(program: Program, command: StackCommand): Promise<Outcome>;
}

export function isChange({ op }: { readonly op: string }): boolean {
  return !["same", "refresh", "read"].includes(op);
}

export function isManaged({ type, external }: Resource): boolean {
  return Object.values<string>(tokens).includes(type) && external !== true;
}

/** The integrations in state, except replaced ones. */
export function managedIn({ resources }: State): ReadonlyMap<Urn, Resource> {
  return new Map([...resources].filter(([, each]) => isManaged(each)));
}

/** Replaced integrations that are not deleted yet. */
export function replacedIn({ pendingDeletes }: State): readonly Resource[] {
  return pendingDeletes.filter(isManaged);
}

/** The foreign resource's value in state. */
export function foreignValueIn({ resources }: State): string | undefined {
  return resources.get(foreignUrn)?.outputs.value as string | undefined;
}

/** The explicit provider of an integration in state. */
export function providerOf(resource: Resource): ProviderName {
  return providerNameOf(urnOfProvider(resource));
}

/** Edits resources in state, like `pulumi state` and `pulumi stack import`. */
export function editState(stack: Stack, edit: (resource: Resource) => Resource[]): void {
  const resources = [...stack.state.resources.values()].flatMap(edit);
  stack.state = { ...stack.state, resources: new Map(resources.map((each) => [each.urn, each])) };
}

/** Like `pulumi state taint`. */
export function taint(stack: Stack, urn: Urn): void {
  editState(stack, (each) => [each.urn === urn && isManaged(each) ? { ...each, taint: true } : each]);
}

/** Copies an integration's entry to another name, unless that name is taken. */
export function copyInState(stack: Stack, urn: Urn, name: string): void {
  const copy = urn.replace(/[^:]+$/, name);
  if (stack.state.resources.has(copy)) return;
  editState(stack, (each) => (each.urn === urn && isManaged(each) ? [each, { ...each, urn: copy }] : [each]));
}

/** Like `pulumi state unprotect --all`. */
export function unprotect(stack: Stack): void {
  if (![...stack.state.resources.values()].some(({ protect }) => protect)) return;
  editState(stack, (each) => [{ ...each, protect: false }]);
}
