import { RegisterResourceRequest, RegisterResourceResponse, Result } from "@pulumi/pulumi/proto/resource_pb";
import type { Bag } from "../../../provider/base/bag";
import { lookupKey } from "../../../provider/lifecycle/outputs";
import { unknownValue } from "../../../provider/run/constants";
import { recordRegistration } from "../../../provider/sdk/run-records";
import { urnOfProvider } from "../../fake-engine/dependencies";
import { FailedResource, Killed, Terminated } from "../../fake-engine/errors";
import { Operation } from "../../fake-engine/operation";
import { plainGoal, type Resource, type State } from "../../fake-engine/state";
import { toStruct } from "../../fake-engine/values";
import type { Command } from "./commands";
import { ForeignProvider } from "./foreign-provider";
import type { CommandProcesses } from "./processes";
import {
  bagOf,
  componentType,
  type Declaration,
  foreignType,
  foreignUrn,
  type Language,
  type Program,
  type ProviderName,
  parentUrn,
  providerNameOf,
  providerNames,
  resolved,
  sourceProperty,
  tokens,
  type Urn,
  urnOf,
} from "./program";

export interface Options extends Omit<Command, "chosen"> {
  readonly chosen: { readonly urns: ReadonlySet<Urn>; readonly by: "target" | "exclude" } | undefined;
}

export interface Outcome {
  readonly errors: readonly Error[];
  readonly killed: boolean;
  /** The resources of the program, with the values of the foreign resource in this command. */
  readonly declared: readonly Declaration[];
  /** The number of steps that change something. */
  readonly changes: number;
}

const unchanged = ["same", "refresh", "read"];

/** The test engine (test/fake-engine) with resources of several providers. */
export class Engine {
  /** The IDs of integrations that `deletedWith` leaves at Pinterest. */
  readonly abandoned = new Set<string>();
  private saved: State = { resources: new Map(), pendingDeletes: [] };
  private operation: Operation | undefined;

  constructor(private readonly language: Language) {}

  /** The integrations in state, except replaced ones. */
  get state(): ReadonlyMap<Urn, Resource> {
    return new Map([...this.engineState.resources].filter(([, each]) => isManaged(each)));
  }

  /** Replaced integrations that are not deleted yet. */
  get replaced(): readonly Resource[] {
    return this.engineState.pendingDeletes.filter(isManaged);
  }

  /** The foreign resource's value in state. */
  get foreignValue(): string | undefined {
    return this.engineState.resources.get(foreignUrn)?.outputs.value as string | undefined;
  }

  /** The integrations in state, except those that were deleted for a replacement. */
  resourcesWithIntegration(): Resource[] {
    return [...this.state.values(), ...this.replaced].filter(({ pendingReplacement }) => !pendingReplacement);
  }

  taint(urn: Urn): void {
    if (this.state.has(urn)) this.edit((each) => (each.urn === urn ? [{ ...each, taint: true }] : [each]));
  }

  /** Like an edit of state with `pulumi stack export` and `pulumi stack import`. */
  copy(urn: Urn, name: string): void {
    const copy = urn.replace(/[^:]+$/, name);
    if (this.saved.resources.has(copy) || !this.state.has(urn)) return;
    this.edit((each) => (each.urn === urn ? [each, { ...each, urn: copy }] : [each]));
  }

  /** Like `pulumi state unprotect --all`. */
  unprotect(): void {
    this.edit((each) => [{ ...each, protect: false }]);
  }

  async run(program: Program, options: Options, processes: CommandProcesses): Promise<Outcome> {
    // After such a destroy has failed and continued, Pulumi's engine stores an invalid state.
    const destroysProgram = options.do === "destroy" && options.runProgram;
    if (destroysProgram) this.unprotect();
    const errors: Error[] = [];
    const { chosen } = options;
    const operation = new Operation(
      this.saved,
      {
        continueOnError: options.continueOnError && !destroysProgram,
        destroyProgram: destroysProgram,
        parallel: options.overlaps ? 2 : 1,
        deletesNewestFirst: !options.deleteOldestFirst,
        ...(chosen === undefined ? {} : { [`${chosen.by}s`]: [...chosen.urns] }),
        ...(options.replaceTargets && chosen?.by === "target" ? { replaced: [...chosen.urns] } : {}),
      },
      {
        configuration: new Map(),
        connect: async (packageName, urn) =>
          packageName === "foreign"
            ? new ForeignProvider()
            : processes.connect({
                type: packageName === "pinterest" ? "plugin" : "dynamic",
                provider: providerNameOf(urn),
              }),
        report: (_urn, error) => errors.push(error),
      },
    );
    this.operation = operation;
    const run = new CommandRun(operation, this.language, program, options, processes, this.foreignValue);
    let killed = false;
    try {
      await run.carryOut();
    } catch (error) {
      if (!(error instanceof Terminated)) throw error;
      killed = error instanceof Killed;
    } finally {
      await operation.close();
      this.saved = operation.state;
      this.operation = undefined;
    }
    for (const each of operation.abandoned.filter(isManaged)) this.abandoned.add(each.id);
    const changes = operation.steps.filter(({ op }) => !unchanged.includes(op)).length;
    return { errors, killed, declared: run.declared, changes };
  }

  private get engineState(): State {
    return this.operation?.state ?? this.saved;
  }

  private edit(changed: (resource: Resource) => Resource[]): void {
    const resources = [...this.saved.resources.values()].flatMap(changed);
    this.saved = { ...this.saved, resources: new Map(resources.map((each) => [each.urn, each])) };
  }
}

function isManaged({ type, external }: Resource): boolean {
  return Object.values<string>(tokens).includes(type) && external !== true;
}

/** The explicit provider of an integration in state. */
export function providerOf(resource: Resource): ProviderName {
  return providerNameOf(urnOfProvider(resource));
}

/** One command, with the program's part in it. */
class CommandRun {
  declared: readonly Declaration[];
  /** The names of resources whose outputs are known, so that their `apply` has run. */
  private readonly succeeded = new Set<string>();
  private isForeignSkipped = false;
  /** The explicit providers and the component of the program: their references or URNs. */
  private readonly references = new Map<string, string>();

  constructor(
    private readonly operation: Operation,
    private readonly language: Language,
    private readonly program: Program,
    private readonly options: Options,
    private readonly processes: CommandProcesses,
    foreignValue: string | undefined,
  ) {
    this.declared = this.resolved(foreignValue);
  }

  async carryOut(): Promise<void> {
    const { operation, options } = this;
    if (options.do === "refresh") return operation.refresh();
    await operation.refreshBeforeUpdate();
    if (options.do === "up" || options.runProgram) await this.runProgram();
    if (options.kill === "before deletions") throw new Killed();
    await operation.deleteRemaining();
  }

  private resolved(foreignValue: string | undefined): readonly Declaration[] {
    const { foreign, declarations } = this.program;
    const known = foreign && { ...foreign, value: foreignValue ?? foreign.value };
    return declarations.map((each) => resolved(each, known));
  }

  private async runProgram(): Promise<void> {
    const { operation, options } = this;
    this.note("program");
    try {
      await this.registerProviders();
      await this.registerForeign();
      const names = new Set<string>();
      for (const declared of this.declared) {
        const { name, within } = declared;
        const isMissing = within !== undefined && names.has(within) && !this.succeeded.has(within);
        names.add(name);
        if (!isMissing) await this.register(declared);
      }
    } catch (error) {
      // The response to a failed read is an error, which ends the program. So does a failure of the foreign resource.
      if (!(error instanceof FailedResource)) throw error;
      return operation.recordFailure();
    }
    if (!operation.failed || (options.continueOnError && options.survives)) this.note("ended");
    else operation.recordFailure();
  }

  /** All providers and the component always exist, so that `--target` can leave them out. */
  private async registerProviders(): Promise<void> {
    const { operation, references } = this;
    for (const [type, token] of Object.entries(tokens)) {
      const [packageName = ""] = token.split(":");
      references.set([type, undefined].join(), await operation.defaultProvider(packageName));
      for (const name of providerNames) {
        const goal = {
          ...plainGoal,
          type: `pulumi:providers:${packageName}`,
          name,
          inputs: {},
          provider: "",
        };
        const { urn, id } = await operation.register(goal);
        references.set([type, name].join(), `${urn}::${id}`);
      }
    }
    const component = { ...plainGoal, custom: false, type: componentType, name: "component", inputs: {} };
    await operation.register({ ...component, provider: "" });
  }

  private async registerForeign(): Promise<void> {
    const { operation, program } = this;
    const { foreign } = program;
    if (foreign === undefined) return;
    const { isSkipped = false, outputs } = await operation.register({
      ...plainGoal,
      type: foreignType,
      name: "foreign",
      inputs: { value: foreign.value },
      provider: await operation.defaultProvider("foreign"),
      deleteBeforeReplace: foreign.deleteFirst,
    });
    this.isForeignSkipped = isSkipped;
    if (isSkipped) this.note("incomplete");
    this.declared = this.resolved(outputs.value as string | undefined);
  }

  private async register(declared: Declaration): Promise<void> {
    if (declared.isRead) {
      await this.lookUp(declared);
      this.succeeded.add(declared.name);
      return;
    }
    let registered: Resource | undefined;
    try {
      const resource = await this.operation.register(this.goalOf(declared));
      if (resource.isSkipped !== true) registered = resource;
    } catch (error) {
      if (!(error instanceof FailedResource)) throw error;
    }
    this.recordRegistration(declared, registered);
    if (registered !== undefined) this.succeeded.add(declared.name);
  }

  /** Reads an integration that the program does not manage. */
  private async lookUp(declared: Declaration): Promise<void> {
    const { externalBusinessId, account, providerName } = this.inputsOf(declared);
    const inputs = { externalBusinessId, account, providerName, [lookupKey]: true };
    const goal = { ...this.goalOf(declared), name: `${declared.name}-read`, inputs };
    await this.operation.readResource(goal, String(externalBusinessId));
  }

  private goalOf(declared: Declaration) {
    const { type, provider, name, alias, replaceOn, replaceWith, deletedWith, protect, deleteFirst } =
      declared;
    const property = sourceProperty(declared.from);
    return {
      ...plainGoal,
      type: tokens[type],
      name,
      inputs: this.inputsOf(declared),
      parent: parentUrn(declared),
      provider: this.references.get([type, provider].join()) ?? "",
      ...(property === undefined
        ? {}
        : { dependencies: [foreignUrn], propertyDependencies: { [property]: [foreignUrn] } }),
      aliases: alias === undefined ? [] : [alias],
      replaceOnChanges: replaceOn === undefined ? [] : [replaceOn],
      replaceWith: replaceWith ? [foreignUrn] : [],
      deletedWith: deletedWith ? foreignUrn : "",
      protect,
      deleteBeforeReplace: deleteFirst ? true : undefined,
    };
  }

  private inputsOf(declared: Declaration): Bag {
    const property = this.isForeignSkipped ? sourceProperty(declared.from) : undefined;
    return { ...bagOf(declared), ...(property === undefined ? {} : { [property]: unknownValue }) };
  }

  private note(event: "program" | "incomplete" | "ended"): void {
    if (this.language === "typescript") this.processes.ledger.note(event);
  }

  /** Records the engine's response to a program in TypeScript. */
  private recordRegistration(declared: Declaration, result: Resource | undefined): void {
    if (this.language !== "typescript") return;
    const { type } = declared;
    const request = new RegisterResourceRequest();
    const response = new RegisterResourceResponse();
    // The plugin adds the provider's name in its check.
    const { providerName, ...others } = this.inputsOf(declared);
    const name = type === "dynamic" && providerName !== undefined ? { providerName } : {};
    request.setType(tokens[type]);
    request.setObject(toStruct({ ...others, ...name }));
    response.setUrn(urnOf(declared));
    response.setObject(toStruct(result?.outputs ?? {}));
    if (result === undefined) response.setResult(Result.FAIL);
    recordRegistration(request, response, this.processes.ledger);
  }
}
