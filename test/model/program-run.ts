import { RegisterResourceRequest, RegisterResourceResponse, Result } from "@pulumi/pulumi/proto/resource_pb";
import type { Bag } from "../../provider/base/bag";
import { lookupKey } from "../../provider/lifecycle/outputs";
import { unknownValue } from "../../provider/run/constants";
import type { RunLedger } from "../../provider/run/ledger";
import { recordRegistration } from "../../provider/sdk/run-records";
import type { Deployment } from "../fake-engine/deployment";
import { FailedResource } from "../fake-engine/events";
import { plainGoal, type Resource } from "../fake-engine/state";
import { toStruct } from "../fake-engine/values";
import {
  argumentsOf,
  componentType,
  type Declaration,
  foreignType,
  foreignUrn,
  type Program,
  parentUrn,
  providerNames,
  resolvedDeclarations,
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

/** Runs a program: registers its resources with the fake engine, in order, and writes the records of a program in TypeScript. */
export class ProgramRun {
  /** The resources of the program, with the foreign resource's value. */
  declared: readonly Declaration[];
  private isForeignSkipped = false;
  /** The references of providers (`URN::ID`) by type and name, such as `plugin,a`. */
  private readonly providers = new Map<string, string>();

  constructor(
    private readonly deployment: Deployment,
    private readonly program: Program,
    private readonly options: ProgramOptions,
  ) {
    this.declared = this.declarationsWith(options.foreignValue);
  }

  async run(): Promise<void> {
    const { deployment, options } = this;
    options.ledger?.note("program");
    try {
      await this.registerProviders();
      await this.registerForeign();
      /** The resources whose `apply` does not run. */
      const unresolved = new Set<string | undefined>();
      for (const declared of this.declared) {
        const isResolved = !unresolved.has(declared.within) && (await this.declare(declared));
        if (!isResolved) unresolved.add(declared.name);
      }
    } catch (error) {
      // The response to a failed read is an error, which ends the program. A failure of the foreign resource ends it, too.
      if (!(error instanceof FailedResource)) throw error;
      return deployment.recordFailure();
    }
    if (deployment.failed && !options.survives) deployment.recordFailure();
    else options.ledger?.note("ended");
  }

  private declarationsWith(foreignValue: string | undefined): readonly Declaration[] {
    const { foreign, declarations } = this.program;
    const known = foreign && { ...foreign, value: foreignValue ?? foreign.value };
    return resolvedDeclarations({ foreign: known, declarations });
  }

  /** All providers and the component always exist, so that `--target` can leave them out. */
  private async registerProviders(): Promise<void> {
    const { deployment, providers } = this;
    for (const [type, token] of Object.entries(tokens)) {
      const [packageName = ""] = token.split(":");
      providers.set([type, undefined].join(), await deployment.defaultProvider(packageName));
      for (const name of providerNames) {
        const provider = { name, type: `pulumi:providers:${packageName}`, inputs: {}, provider: "" };
        const { urn, id } = await deployment.register({ ...plainGoal, ...provider });
        providers.set([type, name].join(), `${urn}::${id}`);
      }
    }
    const component = { name: "component", type: componentType, custom: false, inputs: {}, provider: "" };
    await deployment.register({ ...plainGoal, ...component });
  }

  private async registerForeign(): Promise<void> {
    const { deployment, program, options } = this;
    const { foreign } = program;
    if (foreign === undefined) return;
    const { isSkipped = false, outputs } = await deployment.register({
      ...plainGoal,
      type: foreignType,
      name: "foreign",
      inputs: { value: foreign.value },
      provider: await deployment.defaultProvider("foreign"),
      deleteBeforeReplace: foreign.deleteFirst,
    });
    this.isForeignSkipped = isSkipped;
    if (isSkipped) options.ledger?.note("incomplete");
    this.declared = this.declarationsWith(outputs.value as string | undefined);
  }

  /** Reads or registers a resource. @returns whether its outputs are known, so that its `apply` runs */
  private async declare(declared: Declaration): Promise<boolean> {
    if (declared.isRead) {
      await this.read(declared);
      return true;
    }
    const resource = await this.register(declared);
    this.record(declared, resource);
    return resource !== undefined;
  }

  /** Reads an integration that the program does not manage. */
  private async read(declared: Declaration): Promise<void> {
    const { externalBusinessId, account, providerName } = this.inputsOf(declared);
    const inputs = { externalBusinessId, account, providerName, [lookupKey]: true };
    const goal = { ...this.goalOf(declared), name: `${declared.name}-read`, inputs };
    await this.deployment.readResource(goal, String(externalBusinessId));
  }

  /** @returns the resource in state, or undefined if it has failed or the command leaves it out */
  private async register(declared: Declaration): Promise<Resource | undefined> {
    try {
      const resource = await this.deployment.register(this.goalOf(declared));
      return resource.isSkipped === true ? undefined : resource;
    } catch (error) {
      if (!(error instanceof FailedResource)) throw error;
      return undefined;
    }
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
      provider: this.providers.get([type, provider].join()) ?? "",
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

  /** The arguments of a resource. If the command leaves out the foreign resource, its value is unknown. */
  private inputsOf(declared: Declaration): Bag {
    const property = this.isForeignSkipped ? sourceProperty(declared.from) : undefined;
    return { ...argumentsOf(declared), ...(property === undefined ? {} : { [property]: unknownValue }) };
  }

  /** Records the engine's response to a registration. @param resource undefined if there are no outputs */
  private record(declared: Declaration, resource: Resource | undefined): void {
    const { ledger } = this.options;
    if (ledger === undefined) return;
    const request = new RegisterResourceRequest();
    const response = new RegisterResourceResponse();
    // The plugin adds the provider's name in its check.
    const { providerName, ...others } = this.inputsOf(declared);
    const name = declared.type === "dynamic" && providerName !== undefined ? { providerName } : {};
    request.setType(tokens[declared.type]);
    request.setObject(toStruct({ ...others, ...name }));
    response.setUrn(urnOf(declared));
    response.setObject(toStruct(resource?.outputs ?? {}));
    if (resource === undefined) response.setResult(Result.FAIL);
    recordRegistration(request, response, ledger);
  }
}
