import { isDeepStrictEqual } from "node:util";
import { checkIntegration } from "../../../provider/lifecycle/check";
import { createIntegration } from "../../../provider/lifecycle/create";
import { deleteIntegration } from "../../../provider/lifecycle/delete";
import { diffIntegration } from "../../../provider/lifecycle/diff";
import { type Bag, outputsFromBag, partialState } from "../../../provider/lifecycle/outputs";
import { readIntegration } from "../../../provider/lifecycle/read";
import type { Session } from "../../../provider/lifecycle/session";
import { updateIntegration } from "../../../provider/lifecycle/update";
import type { Call, CommandProcesses } from "./processes";
import {
  bagOf,
  type Declaration,
  type Language,
  type Program,
  type ProviderKey,
  type Urn,
  urnOf,
} from "./program";

/** A resource in state. */
export interface Resource extends ProviderKey {
  readonly urn: Urn;
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
  /** Whether the last write failed partially, so that the next update writes again. */
  readonly hasFailed: boolean;
  /** Whether it was deleted for a replacement that was not created. */
  readonly pendingReplacement: boolean;
  readonly tainted: boolean;
}

export interface Options {
  readonly do: "up" | "refresh" | "destroy";
  /** Whether `destroy` runs the program. */
  readonly runProgram: boolean;
  /** Undefined: everything. */
  readonly targets: ReadonlySet<Urn> | undefined;
  /** Whether the targets are replaced (`--target-replace`). */
  readonly replaceTargets: boolean;
  readonly continueOnError: boolean;
  /** Resources are deleted in parallel, so the order is arbitrary. */
  readonly deleteOldestFirst: boolean;
}

export interface Outcome {
  readonly errors: readonly Error[];
  readonly killed: boolean;
}

/** The provider processes and the engine were killed. */
class Killed extends Error {}

/** The command stops after a failure. */
class Failed extends Error {}

/**
 * Simulates Pulumi's engine with resources of several providers (resource/deploy/step_generator.go of pulumi 3.259), one resource after the
 * other. All providers of one command share a ledger.
 */
export class Engine {
  state: ReadonlyMap<Urn, Resource> = new Map();
  /** Replaced resources that are not deleted yet. */
  replaced: readonly Resource[] = [];

  constructor(private readonly language: Language) {}

  /** The resources in state, except those that were deleted for a replacement. */
  resourcesWithIntegration(): Resource[] {
    return [...this.state.values(), ...this.replaced].filter(({ pendingReplacement }) => !pendingReplacement);
  }

  taint(urn: Urn): void {
    const resource = this.state.get(urn);
    if (resource !== undefined) this.#store({ ...resource, tainted: true });
  }

  async run(program: Program, options: Options, processes: CommandProcesses): Promise<Outcome> {
    const command = new CommandRun(this, this.language, program, options, processes);
    try {
      await command.run();
    } catch (error) {
      if (!(error instanceof Failed || error instanceof Killed)) throw error;
      return { errors: command.errors, killed: error instanceof Killed };
    }
    return { errors: command.errors, killed: false };
  }

  /** Adds a resource to state, and removes its entry under an old URN. */
  keep(resource: Resource, old?: Resource): void {
    if (old !== undefined && old.urn !== resource.urn) this.remove(old);
    this.#store(resource);
  }

  remove(resource: Resource): void {
    const state = new Map(this.state);
    if (state.get(resource.urn) === resource) state.delete(resource.urn);
    this.state = state;
    this.replaced = this.replaced.filter((each) => each !== resource);
  }

  #store(resource: Resource): void {
    this.state = new Map([...this.state, [resource.urn, resource]]);
  }
}

class CommandRun {
  readonly errors: Error[] = [];
  readonly #registered = new Set<Urn>();

  constructor(
    private readonly engine: Engine,
    private readonly language: Language,
    private readonly program: Program,
    private readonly options: Options,
    private readonly processes: CommandProcesses,
  ) {}

  async run(): Promise<void> {
    if (this.options.do === "refresh") return this.#refresh();
    if (this.options.do === "up" || this.options.runProgram) {
      for (const declared of this.program) this.#recordDeclaration(declared);
      for (const declared of this.program) await this.#attempt(() => this.#register(declared));
    }
    if (this.errors.length > 0) return;
    const { state, replaced } = this.engine;
    const isUndeclared = ({ urn }: Resource) => this.options.do === "destroy" || !this.#registered.has(urn);
    const deleted = [...[...state.values()].filter(isUndeclared), ...replaced].filter(({ urn }) =>
      this.#isTargeted(urn),
    );
    if (!this.options.deleteOldestFirst) deleted.reverse();
    for (const resource of deleted) await this.#attempt(() => this.#delete(resource));
  }

  async #refresh(): Promise<void> {
    for (const resource of this.engine.state.values()) {
      if (!resource.pendingReplacement) await this.#attempt(() => this.#read(resource));
    }
  }

  async #read(old: Resource): Promise<void> {
    const read = await this.#call({ urn: old.urn, resource: old, replaces: false }, old, (session) =>
      readIntegration(old.id, old.outputs, session),
    );
    if (read === undefined) return this.engine.remove(old);
    this.processes.ledger.compared(read.outputs, old.inputs);
    this.engine.keep({ ...old, ...read, hasFailed: false });
  }

  async #register(declared: Declaration): Promise<void> {
    const urn = urnOf(declared);
    const { state } = this.engine;
    const old = state.get(urn) ?? (declared.alias === undefined ? undefined : state.get(declared.alias));
    this.#registered.add(urn);
    if (old !== undefined) this.#registered.add(old.urn);
    if (!this.#isTargeted(urn)) {
      if (old !== undefined) this.engine.keep({ ...old, urn }, old);
    } else if (this.options.do === "destroy") {
      const { type, provider } = declared;
      // The engine calls the provider even if the resource was pending replacement.
      const pendingReplacement = false;
      if (old !== undefined) this.engine.keep({ ...old, urn, type, provider, pendingReplacement }, old);
    } else {
      await this.#deploy(urn, declared, old);
    }
    this.#recordRegistration(declared, this.engine.state.get(urn));
  }

  /** Records a declaration before the engine registers it. Only the TypeScript classes do this. */
  #recordDeclaration({ externalBusinessId, account, provider: providerName }: Declaration): void {
    if (this.language !== "typescript") return;
    this.processes.ledger.record("declared", { externalBusinessId, account, providerName });
  }

  /** Records the engine's answer (provider/sdk/run-records.ts). Only the TypeScript classes do this. */
  #recordRegistration(declared: Declaration, result: Resource | undefined): void {
    if (this.language !== "typescript") return;
    const { externalBusinessId, account, provider: providerName } = declared;
    const outputs = result === undefined ? {} : outputsFromBag(result.outputs);
    this.processes.ledger.registered({ externalBusinessId, account, providerName }, outputs);
  }

  async #deploy(urn: Urn, declared: Declaration, old: Resource | undefined): Promise<void> {
    if (old === undefined) return this.#create(urn, declared, this.#check(declared, {}));
    if (old.tainted || (this.options.replaceTargets && this.options.targets?.has(urn) === true)) {
      // The engine does not ask the provider about a forced replacement, so only the class can set the order.
      const inputs = this.#check(declared, {});
      return this.#replace(urn, declared, old, inputs, this.language === "typescript");
    }
    const inputs = this.#check(declared, old.inputs);
    this.processes.ledger.compared(old.outputs, inputs);
    const { replaces, deleteBeforeReplace } = diffIntegration(old.id, inputs);
    const replacesOnChange = declared.replaceOnTag && old.inputs.connectedTagId !== inputs.connectedTagId;
    if (replaces.length > 0 || replacesOnChange || old.pendingReplacement) {
      return this.#replace(urn, declared, old, this.#check(declared, {}), deleteBeforeReplace);
    }
    if (old.hasFailed || !isDeepStrictEqual(old.inputs, inputs)) {
      return this.#update(urn, declared, old, inputs);
    }
    const { type, provider } = declared;
    this.engine.keep({ ...old, urn, type, provider }, old);
  }

  #check(declared: Declaration, olds: Bag): Bag {
    const { inputs, problems } = checkIntegration(bagOf(declared));
    if (problems.length > 0) throw new Error(problems.join("\n"));
    this.processes.ledger.checked(olds, inputs);
    return inputs;
  }

  async #create(urn: Urn, { type, provider }: Declaration, inputs: Bag, old?: Resource): Promise<void> {
    const keep = (created: { id: string; outputs: Bag }, hasFailed: boolean) => {
      const flags = { hasFailed, pendingReplacement: false, tainted: false };
      this.engine.keep({ urn, type, provider, ...created, inputs, ...flags }, old);
    };
    const created = await this.#call(
      { urn, replaces: false },
      { type, provider },
      (session) => createIntegration(inputs, session),
      (partial) => keep(partial, true),
    );
    keep(created, false);
  }

  async #update(urn: Urn, { type, provider }: Declaration, old: Resource, inputs: Bag): Promise<void> {
    const updated = { ...old, urn, type, provider };
    const outputs = await this.#call(
      { urn, resource: old, replaces: false },
      updated,
      (session) => updateIntegration(old.id, old.outputs, inputs, session),
      (partial) => this.engine.keep({ ...updated, outputs: partial.outputs, hasFailed: true }, old),
    );
    this.engine.keep({ ...updated, inputs, outputs, hasFailed: false }, old);
  }

  async #replace(
    urn: Urn,
    declared: Declaration,
    old: Resource,
    inputs: Bag,
    deleteFirst: boolean,
  ): Promise<void> {
    if (deleteFirst || old.pendingReplacement) {
      const pending = { ...old, pendingReplacement: true };
      if (!old.pendingReplacement) await this.#remove(old, true);
      this.engine.keep(pending);
      return this.#create(urn, declared, inputs, pending);
    }
    try {
      await this.#create(urn, declared, inputs, old);
    } finally {
      // Also if the create failed partially.
      const isCreated = this.engine.state.get(old.urn) !== old;
      if (isCreated) this.engine.replaced = [...this.engine.replaced, old];
    }
  }

  async #delete(old: Resource): Promise<void> {
    if (!old.pendingReplacement) await this.#remove(old, this.engine.replaced.includes(old));
    this.engine.remove(old);
  }

  #isTargeted(urn: Urn): boolean {
    return this.options.targets?.has(urn) ?? true;
  }

  async #remove(resource: Resource, replaces: boolean): Promise<void> {
    const call = { urn: resource.urn, resource, replaces };
    await this.#call(call, resource, (session) => deleteIntegration(resource.id, resource.outputs, session));
  }

  /** Calls a provider. If the process was killed, the answer is lost. */
  async #call<T>(
    call: Call,
    provider: ProviderKey,
    action: (session: Session) => Promise<T>,
    keep: (partial: { id: string; outputs: Bag }) => void = () => {},
  ): Promise<T> {
    this.processes.call = call;
    try {
      const result = await action(this.processes.of(provider));
      if (this.processes.killed) throw new Killed();
      return result;
    } catch (error) {
      if (this.processes.killed) throw new Killed();
      const partial = partialState(error);
      if (partial !== undefined) keep(partial);
      throw error;
    }
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (error instanceof Killed) throw error;
      this.errors.push(error as Error);
      if (!this.options.continueOnError) throw new Failed();
    }
  }
}
