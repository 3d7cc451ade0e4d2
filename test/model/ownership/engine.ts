import { isDeepStrictEqual } from "node:util";
import { RegisterResourceRequest, RegisterResourceResponse, Result } from "@pulumi/pulumi/proto/resource_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Bag } from "../../../provider/base/bag";
import { createIntegration } from "../../../provider/lifecycle/create";
import { deleteIntegration } from "../../../provider/lifecycle/delete";
import { lookupKey, partialState } from "../../../provider/lifecycle/outputs";
import { updateIntegration } from "../../../provider/lifecycle/update";
import { dynamicType, integrationType, unknownValue } from "../../../provider/run/constants";
import { recordRegistration } from "../../../provider/sdk/run-records";
import type { ModelProvider } from "../provider";
import type { Command } from "./commands";
import type { CommandProcesses } from "./processes";
import {
  bagOf,
  type Declaration,
  type Foreign,
  foreignUrn,
  type Language,
  type Program,
  type ProviderKey,
  resolved,
  sourceProperty,
  type Urn,
  urnOf,
} from "./program";

/** The options that the engine keeps in state. */
type ResourceOptions = ProviderKey &
  Pick<Declaration, "from" | "replaceOn" | "replaceWith" | "deletedWith" | "protect">;

/** A resource in state. */
export interface Resource extends ResourceOptions {
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

export interface Options
  extends Pick<
    Command,
    | "do"
    | "runProgram"
    | "replaceTargets"
    | "continueOnError"
    | "survives"
    | "deleteOldestFirst"
    | "overlaps"
    | "kill"
  > {
  readonly chosen: { readonly urns: ReadonlySet<Urn>; readonly by: "target" | "exclude" } | undefined;
}

export interface Outcome {
  readonly errors: readonly Error[];
  readonly killed: boolean;
  /** The resources of the program, with the values of the foreign resource in this command. */
  readonly declared: readonly Declaration[];
  /** The number of steps other than `same`. */
  readonly changes: number;
}

/** The provider processes and the engine were killed. */
class Killed extends Error {}

/** The failure of an account, after which the command continues (`ErrorResourceAwaitFailed`). */
class Awaiting extends Error {}

/** The command stops after a failure. */
class Failed extends Error {}

/**
 * Simulates Pulumi's engine with resources of several providers (resource/deploy/step_generator.go of pulumi 3.276), one resource after the
 * other.
 */
export class Engine {
  state: ReadonlyMap<Urn, Resource> = new Map();
  /** Replaced resources that are not deleted yet. */
  replaced: readonly Resource[] = [];
  foreign: Foreign | undefined;
  /** The IDs of integrations that `deletedWith` leaves at Pinterest. */
  readonly abandoned = new Set<string>();

  constructor(private readonly language: Language) {}

  /** The resources in state, except those that were deleted for a replacement. */
  resourcesWithIntegration(): Resource[] {
    return [...this.state.values(), ...this.replaced].filter(({ pendingReplacement }) => !pendingReplacement);
  }

  taint(urn: Urn): void {
    const resource = this.state.get(urn);
    if (resource !== undefined) this.keep({ ...resource, tainted: true });
  }

  /** Like an edit of state with `pulumi stack export` and `pulumi stack import`. */
  copy(urn: Urn, name: string): void {
    const resource = this.state.get(urn);
    const copy = urn.replace(/[^:]+$/, name);
    if (resource !== undefined && !this.state.has(copy)) this.keep({ ...resource, urn: copy });
  }

  /** Like `pulumi state unprotect --all`. */
  unprotect(): void {
    this.state = new Map([...this.state].map(([urn, resource]) => [urn, { ...resource, protect: false }]));
  }

  async run(program: Program, options: Options, processes: CommandProcesses): Promise<Outcome> {
    const command = new CommandRun(this, this.language, program, options, processes);
    let killed = false;
    try {
      await command.run();
    } catch (error) {
      if (!(error instanceof Failed || error instanceof Killed)) throw error;
      killed = error instanceof Killed;
    }
    const { errors, awaiting, declared, changes } = command;
    return { errors: [...errors, ...awaiting], killed, declared, changes };
  }

  /** Adds a resource to state, and removes its entry under an old URN. */
  keep(resource: Resource, old?: Resource): void {
    if (old !== undefined && old.urn !== resource.urn) this.remove(old);
    this.state = new Map([...this.state, [resource.urn, resource]]);
  }

  /** Replaces an entry of state. */
  change(old: Resource, changed: Resource): void {
    if (this.replaced.includes(old))
      this.replaced = this.replaced.map((each) => (each === old ? changed : each));
    else this.keep(changed, old);
  }

  remove(resource: Resource): void {
    const state = new Map(this.state);
    if (state.get(resource.urn) === resource) state.delete(resource.urn);
    this.state = state;
    this.replaced = this.replaced.filter((each) => each !== resource);
  }
}

class CommandRun {
  readonly errors: Error[] = [];
  /** The failures of accounts. */
  readonly awaiting: Error[] = [];
  declared: readonly Declaration[] = [];
  changes = 0;
  private readonly registered = new Set<Urn>();
  /** The names of resources whose outputs are known, so that their `apply` has run. */
  private readonly succeeded = new Set<string>();
  private isForeignSkipped = false;
  private isForeignReplaced = false;

  constructor(
    private readonly engine: Engine,
    private readonly language: Language,
    private readonly program: Program,
    private readonly options: Options,
    private readonly processes: CommandProcesses,
  ) {}

  async run(): Promise<void> {
    const { options } = this;
    await this.refresh();
    if (options.do === "refresh") return;
    this.resolve();
    if (options.do === "up" || options.runProgram) {
      await this.runProgram();
      if (this.errors.length > 0 && !(options.continueOnError && options.survives)) return;
      this.note("ended");
    }
    if (options.kill === "before deletions") throw new Killed();
    await this.deleteRemaining();
  }

  /** Reads the resources in state. Only a requested refresh fails, and then stops the command. */
  private async refresh(): Promise<void> {
    const { engine } = this;
    for (const old of engine.resourcesWithIntegration().filter(({ urn }) => this.isChosen(urn)))
      await this.attempt(async () => {
        const read = await this.call(old, old, (provider) => provider.read(old.id, old.outputs, old.urn));
        if (read === undefined) engine.remove(old);
        else engine.change(old, { ...old, ...read, hasFailed: false });
      });
    if (this.errors.length > 0) throw new Failed();
  }

  private async runProgram(): Promise<void> {
    this.note("program");
    await this.plan(() => this.registerForeign());
    this.resolve();
    const names = new Set<string>();
    for (const declared of this.declared) {
      const { name, within } = declared;
      const isMissing = within !== undefined && names.has(within) && !this.succeeded.has(within);
      names.add(name);
      if (!isMissing) await this.register(declared);
    }
  }

  private resolve(): void {
    const { foreign, declarations } = this.program;
    const known = foreign && (this.engine.foreign ?? foreign);
    this.declared = declarations.map((each) => resolved(each, known));
  }

  private async registerForeign(): Promise<void> {
    const { engine, program, options } = this;
    const { foreign } = program;
    const old = engine.foreign;
    if (foreign === undefined) return;
    this.registered.add(foreignUrn);
    if (!this.isChosen(foreignUrn) || options.do === "destroy") {
      if (old !== undefined) return;
      this.isForeignSkipped = true;
      return this.note("incomplete");
    }
    if (old !== undefined && old.value !== foreign.value) {
      this.isForeignReplaced = true;
      if (foreign.deleteFirst) await this.deleteDependents();
    }
    if (!isDeepStrictEqual(old, foreign)) this.changes += 1;
    engine.foreign = foreign;
  }

  /** Deletes what the deletion of the foreign resource replaces (`calculateDependentReplacements`, `findResourcesReplacedWith`). */
  private async deleteDependents(): Promise<void> {
    const { engine } = this;
    for (const resource of [...engine.resourcesWithIntegration()]) {
      if (!this.isReplacedByUnknown(resource) && !resource.replaceWith && !resource.deletedWith) continue;
      const isReplaced = engine.replaced.includes(resource);
      if (resource.protect && !isReplaced) throw new Error(`${resource.urn} is protected`);
      await this.deleteUnless(resource.deletedWith, resource);
      if (isReplaced) engine.remove(resource);
      else engine.change(resource, { ...resource, pendingReplacement: true });
    }
  }

  /** Compares a resource with an unknown value in place of the foreign resource's output. */
  private isReplacedByUnknown(resource: Resource): boolean {
    const { urn, id, from, inputs, outputs, replaceOn } = resource;
    const property = sourceProperty(from);
    if (property === undefined) return false;
    const news = { ...inputs, [property]: unknownValue };
    return (
      this.processes.of(resource).diff(id, outputs, news, urn).replaces.length > 0 || replaceOn === property
    );
  }

  private async register(declared: Declaration): Promise<void> {
    const { isRead } = declared;
    const urn = urnOf(declared);
    let isSuccess = false;
    await this.attempt(async () => {
      // The response to a failed read is an error, which ends the program.
      isSuccess = await (isRead
        ? this.plan(() => this.lookUp(declared, urn))
        : this.registerManaged(declared, urn));
    });
    if (!isRead) this.recordRegistration(declared, isSuccess ? this.engine.state.get(urn) : undefined);
    if (isSuccess) this.succeeded.add(declared.name);
  }

  /** Reads an integration that the program does not manage. */
  private async lookUp(declared: Declaration, urn: Urn): Promise<boolean> {
    if (this.isForeignSkipped && declared.from !== undefined) return false;
    const { externalBusinessId, account, providerName } = bagOf(declared);
    const bag = { externalBusinessId, account, providerName, [lookupKey]: true };
    const { type, provider } = declared;
    await this.call({ type, provider }, undefined, (process) =>
      process.read(declared.externalBusinessId, bag, `${urn}-read`),
    );
    return true;
  }

  /** @returns whether the program receives known outputs. */
  private async registerManaged(declared: Declaration, urn: Urn): Promise<boolean> {
    const { engine, options } = this;
    const { state } = engine;
    const old = state.get(urn) ?? (declared.alias === undefined ? undefined : state.get(declared.alias));
    this.registered.add(urn);
    if (old !== undefined) this.registered.add(old.urn);
    if (!this.isChosen(urn)) {
      if (old !== undefined) engine.keep({ ...old, urn }, old);
      return old !== undefined;
    }
    if (options.do === "destroy") {
      // The engine calls the provider even if the resource was pending replacement.
      if (old !== undefined)
        engine.keep({ ...old, ...optionsOf(declared), urn, pendingReplacement: false }, old);
      return old !== undefined;
    }
    const plan = await this.plan(() => this.planDeployment(urn, declared, old));
    await plan();
    return true;
  }

  /** @returns the steps. A failure of the provider's check or comparison stops the command. */
  private async planDeployment(
    urn: Urn,
    declared: Declaration,
    old: Resource | undefined,
  ): Promise<() => Promise<void>> {
    if (this.isForeignSkipped && declared.from !== undefined)
      throw new Error(`${urn} depends on a resource that was not specified in --target list`);
    const { replaceTargets, chosen } = this.options;
    const provider = this.processes.of(declared);
    const check = async (olds: Bag) => {
      const { inputs, problems } = await provider.check(olds, bagOf(declared), urn);
      if (problems.length > 0) throw new Error(problems.join("\n"));
      return inputs;
    };
    if (old === undefined || old.pendingReplacement) {
      const created = await check({});
      return () => this.create(urn, declared, created, old);
    }
    const isTargetedReplace =
      old.tainted || (replaceTargets && chosen?.by === "target" && chosen.urns.has(urn));
    const inputs = await check(isTargetedReplace ? {} : old.inputs);
    const isForced =
      isTargetedReplace || (this.isForeignReplaced && (declared.replaceWith || declared.deletedWith));
    const isReplaced =
      isForced ||
      provider.diff(old.id, old.outputs, inputs, urn).replaces.length > 0 ||
      (declared.replaceOn !== undefined && old.inputs[declared.replaceOn] !== inputs[declared.replaceOn]);
    if (isReplaced) {
      if (declared.protect && old.protect) throw new Error(`unable to replace resource ${urn}`);
      const created = isTargetedReplace ? inputs : await check({});
      return () => this.replace(urn, declared, old, created);
    }
    if (old.hasFailed || !isDeepStrictEqual(old.inputs, inputs))
      return () => this.update(urn, declared, old, inputs);
    return async () => this.engine.keep({ ...old, ...optionsOf(declared), urn }, old);
  }

  private async create(
    urn: Urn,
    declared: Declaration,
    inputs: Bag,
    old: Resource | undefined,
  ): Promise<void> {
    this.changes += 1;
    const keep = (created: { id: string; outputs: Bag }, hasFailed: boolean) => {
      const flags = { hasFailed, pendingReplacement: false, tainted: false };
      this.engine.keep({ urn, ...optionsOf(declared), ...created, inputs, ...flags }, old);
      if (old !== undefined && !old.pendingReplacement) this.engine.replaced = [...this.engine.replaced, old];
    };
    const created = await this.write(
      urn,
      declared,
      undefined,
      ({ session }) => createIntegration(inputs, session, urn),
      (partial) => keep(partial, true),
    );
    keep(created, false);
  }

  private async update(urn: Urn, declared: Declaration, old: Resource, inputs: Bag): Promise<void> {
    this.changes += 1;
    const updated = { ...old, ...optionsOf(declared), urn };
    const outputs = await this.write(
      urn,
      updated,
      old,
      ({ session }) => updateIntegration(old.id, old.outputs, inputs, session, urn),
      (partial) => this.engine.keep({ ...updated, outputs: partial.outputs, hasFailed: true }, old),
    );
    this.engine.keep({ ...updated, inputs, outputs, hasFailed: false }, old);
  }

  private async replace(urn: Urn, declared: Declaration, old: Resource, inputs: Bag): Promise<void> {
    if (!declared.deleteFirst) return this.create(urn, declared, inputs, old);
    await this.remove(old);
    const pending = { ...old, pendingReplacement: true };
    this.engine.change(old, pending);
    await this.create(urn, declared, inputs, pending);
  }

  /** Deletes what the program does not declare, and what was replaced (`GenerateDeletes`). */
  private async deleteRemaining(): Promise<void> {
    const { engine, options } = this;
    const isLeaving = (urn: Urn) => options.do === "destroy" || !this.registered.has(urn);
    const undeclared = [...engine.state.values()].filter(({ urn }) => isLeaving(urn));
    const chosen = [...undeclared, ...engine.replaced].filter(({ urn }) => this.isChosen(urn));
    const remaining = [...engine.state.values()].filter((each) => !chosen.includes(each));
    const isNeeded = remaining.some(({ from, deletedWith }) => from !== undefined || deletedWith);
    const deletesForeign = engine.foreign !== undefined && isLeaving(foreignUrn) && this.isChosen(foreignUrn);
    if (deletesForeign && options.chosen?.by === "target") {
      for (const each of engine.resourcesWithIntegration()) this.isReplacedByUnknown(each);
      if (isNeeded) throw this.failed(new Error("dependents were not specified in --target list"));
    }
    if (!options.deleteOldestFirst) chosen.reverse();
    await this.deleteAll(chosen, (deletesForeign && !isNeeded) || this.isForeignReplaced);
    if (!deletesForeign || isNeeded || this.errors.length > 0) return;
    this.changes += 1;
    engine.foreign = undefined;
  }

  /**
   * Deletes resources, one after the other. Two deletions of one integration can overlap: both processes record that their resource leaves,
   * before one of them decides.
   */
  private async deleteAll(resources: readonly Resource[], deletesForeign: boolean): Promise<void> {
    const { engine, options, processes } = this;
    const remaining = [...resources];
    const attemptNext = async (): Promise<void> => {
      const resource = remaining.shift();
      if (resource === undefined) return;
      const isIndependent =
        options.continueOnError || (resource.protect && !engine.replaced.includes(resource));
      await this.attempt(() => this.delete(resource, deletesForeign), isIndependent);
    };
    while (remaining.length > 0) {
      const [first, second] = remaining;
      const isOtherProcess = first?.type !== second?.type || first?.provider !== second?.provider;
      // Deletions of two owners' integrations with the same ID both reach Pinterest, and the model could not tell whose was carried out.
      const isShared =
        first?.id === second?.id && first?.outputs.connectedUserId === second?.outputs.connectedUserId;
      let overlapping: Promise<void> | undefined;
      processes.beforeDecision =
        options.overlaps && isOtherProcess && isShared
          ? () => {
              overlapping = attemptNext();
            }
          : undefined;
      const results = await Promise.allSettled([attemptNext(), overlapping]);
      for (const result of results) if (result.status === "rejected") throw result.reason;
    }
  }

  private async delete(old: Resource, deletesForeign: boolean): Promise<void> {
    this.changes += 1;
    if (old.protect && !this.engine.replaced.includes(old)) throw new Error(`${old.urn} is protected`);
    if (!old.pendingReplacement) await this.deleteUnless(old.deletedWith && deletesForeign, old);
    this.engine.remove(old);
  }

  /** @param isAbandoned whether the engine does not call the provider (`deletedWith`) */
  private async deleteUnless(isAbandoned: boolean, resource: Resource): Promise<void> {
    if (isAbandoned) this.engine.abandoned.add(resource.id);
    else await this.remove(resource);
  }

  private async remove(resource: Resource): Promise<void> {
    const { id, outputs, urn } = resource;
    await this.call(resource, resource, ({ session }) => deleteIntegration(id, outputs, session, urn));
  }

  private isChosen(urn: Urn): boolean {
    const { chosen } = this.options;
    return chosen === undefined || chosen.urns.has(urn) === (chosen.by === "target");
  }

  private note(event: "program" | "incomplete" | "ended"): void {
    if (this.language === "typescript") this.processes.ledger.note(event);
  }

  /** Records the engine's response to a program in TypeScript. */
  private recordRegistration(declared: Declaration, result: Resource | undefined): void {
    if (this.language !== "typescript") return;
    const { type, from } = declared;
    const request = new RegisterResourceRequest();
    const response = new RegisterResourceResponse();
    // The plugin adds the provider's name in its check.
    const { providerName, ...others } = bagOf(declared);
    const property = this.isForeignSkipped ? sourceProperty(from) : undefined;
    const bag = {
      ...others,
      ...(type === "dynamic" && providerName !== undefined ? { providerName } : {}),
      ...(property === undefined ? {} : { [property]: unknownValue }),
    };
    request.setType(type === "plugin" ? integrationType : dynamicType);
    request.setObject(structOf(bag));
    response.setUrn(urnOf(declared));
    response.setObject(structOf(result?.outputs ?? {}));
    if (result === undefined) response.setResult(Result.FAIL);
    recordRegistration(request, response, this.processes.ledger);
  }

  /** Calls a provider. If the process was killed, the response is lost. */
  private async call<T>(
    key: ProviderKey,
    resource: Resource | undefined,
    action: (provider: ModelProvider) => Promise<T>,
    keep: (partial: { id: string; outputs: Bag }) => void = () => {},
  ): Promise<T> {
    const { processes } = this;
    processes.resource = resource;
    try {
      const result = await action(processes.of(key));
      if (processes.killed) throw new Killed();
      return result;
    } catch (error) {
      if (processes.killed) throw new Killed();
      const partial = partialState(error);
      if (partial !== undefined) keep(partial);
      throw error;
    }
  }

  /** Calls a provider for a create or update. */
  private async write<T>(
    urn: Urn,
    key: ProviderKey,
    resource: Resource | undefined,
    action: (provider: ModelProvider) => Promise<T>,
    keep: (partial: { id: string; outputs: Bag }) => void,
  ): Promise<T> {
    try {
      return await this.call(key, resource, action, keep);
    } catch (error) {
      if (error instanceof Killed) throw error;
      const { isAwaiting } = await this.processes.of(key).failureOfWrite(error, urn);
      throw isAwaiting ? new Awaiting((error as Error).message) : error;
    }
  }

  /** Runs `action`. Its failure stops the command, even if it continues on errors. */
  private async plan<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof Killed) throw error;
      throw this.failed(error as Error);
    }
  }

  private async attempt(
    action: () => Promise<void>,
    continues = this.options.continueOnError,
  ): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (error instanceof Killed || error instanceof Failed) throw error;
      if (error instanceof Awaiting) return void this.awaiting.push(error);
      const failed = this.failed(error as Error);
      if (!continues) throw failed;
    }
  }

  private failed(error: Error): Failed {
    this.errors.push(error);
    return new Failed();
  }
}

function optionsOf(declared: Declaration): ResourceOptions {
  const { type, provider, from, replaceOn, replaceWith, deletedWith, protect } = declared;
  return { type, provider, from, replaceOn, replaceWith, deletedWith, protect };
}

function structOf(bag: Bag): Struct {
  return Struct.fromJavaScript(bag as Record<string, JavaScriptValue>);
}
