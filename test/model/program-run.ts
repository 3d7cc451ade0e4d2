import { RegisterResourceRequest, RegisterResourceResponse, Result } from "@pulumi/pulumi/proto/resource_pb";
import type { Bag } from "../../provider/base/bag";
import { lookupKey } from "../../provider/lifecycle/outputs";
import { unknownValue } from "../../provider/run/constants";
import type { RunLedger } from "../../provider/run/ledger";
import { recordRegistration } from "../../provider/sdk/run-records";
import { FailedResource } from "../fake-engine/errors";
import type { Operation } from "../fake-engine/operation";
import { plainGoal, type Resource } from "../fake-engine/state";
import { toStruct } from "../fake-engine/values";
import {
  bagOf,
  componentType,
  type Declaration,
  foreignType,
  foreignUrn,
  type Program,
  parentUrn,
  providerNames,
  resolved,
  sourceProperty,
  tokens,
  urnOf,
} from "./program";

interface ProgramOptions {
  /** Whether the program ends normally although a registration has failed. */
  readonly survives: boolean;
  /** The foreign resource's value in state. */
  readonly foreignValue: string | undefined;
  /** The records of the run. Undefined: the program writes none. */
  readonly ledger: RunLedger | undefined;
}

/** A program, as it registers its resources with the fake engine. */
export class ProgramRun {
  /** The resources of the program, with the foreign resource's value. */
  declared: readonly Declaration[];
  /** The names of resources whose outputs are known, so that their `apply` has run. */
  private readonly succeeded = new Set<string>();
  private isForeignSkipped = false;
  /** The explicit providers and the component of the program: their references or URNs. */
  private readonly references = new Map<string, string>();

  constructor(
    private readonly operation: Operation,
    private readonly program: Program,
    private readonly options: ProgramOptions,
  ) {
    this.declared = this.resolved(options.foreignValue);
  }

  async run(): Promise<void> {
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
    if (operation.failed && !options.survives) operation.recordFailure();
    else this.note("ended");
  }

  private resolved(foreignValue: string | undefined): readonly Declaration[] {
    const { foreign, declarations } = this.program;
    const known = foreign && { ...foreign, value: foreignValue ?? foreign.value };
    return declarations.map((each) => resolved(each, known));
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
    this.options.ledger?.note(event);
  }

  /** Records the engine's response to a program in TypeScript. */
  private recordRegistration(declared: Declaration, result: Resource | undefined): void {
    const { ledger } = this.options;
    if (ledger === undefined) return;
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
    recordRegistration(request, response, ledger);
  }
}
