import { format } from "node:util";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../emulator";
import { systemClock } from "../../../provider/api/clock";
import { retryBudgetOf } from "../../../provider/api/retry";
import { type Declarations, programText } from "../../engine/helpers/program";
import { providerTypes as details, type ProviderType } from "../../engine/helpers/provider-type";
import { clock, withClock } from "./clock";
import { commandOptions } from "./command-options";
import { nameOf, Operation, type Resource, type State, Terminated } from "./engine";
import { Monitor, runProgram } from "./monitor";
import type { OnCall, Print } from "./provider-process";
import { type Bag, isSecret, secret, withoutSecrets } from "./values";

/** For `describe.each`: every case runs on both. */
export const providerTypes = ["dynamic", "plugin"] as const;

/** How a command ended. */
export interface Run {
  /** 0, 1 after an error, 7 if a preview expected no changes and found some. */
  readonly exitCode: number;
  /** What the engine and the provider processes reported. */
  readonly output: string;
  /** The single reports, except debug messages. */
  readonly diagnostics: readonly Diagnostic[];
  /** All steps, except those of the stack and of providers. */
  readonly steps: readonly ShownStep[];
}

/** A report of the engine or of a provider process. */
export interface Diagnostic {
  readonly severity: string;
  /** The resource that it is about; empty for none. */
  readonly urn: string;
  readonly message: string;
}

/** A step as {@link Lab.steps} returns it. */
export interface ShownStep {
  readonly op: string;
  /** The resource's name. */
  readonly name: string;
  readonly detailedDiff: Record<string, { kind: string }> | null;
  /** The inputs that the resource has after it, with the marks of secrets and unknown values. */
  readonly inputs: Bag;
}

export interface LabOptions extends EmulatorOptions {
  readonly providerType: ProviderType;
  /** Further environment of the program and of the provider processes. */
  readonly environment?: Record<string, string>;
}

/**
 * A stack in this process: a program that runs by the SDK, an engine that calls the provider by its protocol, and a Pinterest of its own.
 * It has the interface of the lab of the engine tests (test/engine/helpers/lab.ts), as far as these tests need it.
 */
export class Lab {
  /** Receives the calls of the provider, for a test that checks them. */
  onCall: OnCall = () => {};
  /** Everything that any command has reported. */
  transcript = "";
  /** The stack's configuration, by full key. */
  readonly configuration = new Map<string, { value: string; isSecret: boolean }>();
  /** Names of resources that the next update replaces, as after `pulumi state taint`. */
  readonly tainted = new Set<string>();
  #state: State = new Map();
  #program: () => unknown = () => {};
  #output = "";
  #diagnostics: Diagnostic[] = [];

  private constructor(
    readonly emulator: Emulator,
    private providerType: ProviderType,
    /** The environment of the program and of the provider processes; tests may change it. */
    readonly environment: Record<string, string>,
    private readonly printer: { print: Print },
  ) {
    printer.print = (severity, urn, message) => this.#print(severity, urn, message);
  }

  static async open({ providerType, environment = {}, ...options }: LabOptions): Promise<Lab> {
    const printer: { print: Print } = { print: () => {} };
    const emulator = await startEmulator({ now: () => clock.now(), ...options });
    const own = {
      PINTEREST_API_URL: emulator.url,
      PINTEREST_ACCESS_TOKEN: emulator.token(),
      PINTEREST_CONSISTENCY_TIMEOUT: "1",
      ...environment,
    };
    return new Lab(emulator, providerType, own, printer);
  }

  async close(): Promise<void> {
    await this.emulator.stop();
  }

  /** Sets the program: lines of JavaScript first, if any, then the declared integrations. */
  program(declarations: Declarations, before?: string): void {
    const { packageImport } = details[this.providerType];
    const text = programText(declarations, packageImport, before);
    this.#program = () => {
      const module = { exports: {} };
      const log = (...values: unknown[]) => this.#print("info", "", format(...values));
      const run = new Function("require", "module", "exports", "console", text);
      run(loadForProgram, module, module.exports, { ...console, log });
      const { exports } = module as { exports: unknown };
      // As the SDK's `cmd/run` does.
      return typeof exports === "function" ? exports() : exports;
    };
  }

  /** Makes later programs use another provider type, for the same stack. */
  use(providerType: ProviderType): void {
    this.providerType = providerType;
  }

  /** Runs one of the engine's commands: `up`, `preview`, `refresh` or `destroy`, with some of their options; see {@link commandOptions}. */
  async run(command: string, ...args: string[]): Promise<Run> {
    const values = commandOptions(command, args);
    const preview = command === "preview" || values["preview-only"];
    const runsProgram = values["run-program"];
    const refreshProgram = runsProgram && values.refresh && command !== "destroy";
    // `--target-replace` targets the resources that it replaces (cmd/pulumi/operations/up.go).
    const targets = [...(values.target ?? []), ...values["target-replace"]];
    this.#output = "";
    this.#diagnostics = [];
    const restore = this.#useEnvironment();
    // Each engine process has an address of its own, by which the program and the provider processes find each other.
    const monitor = await Monitor.start(this.printer.print);
    const operation = new Operation(
      this.#state,
      {
        preview,
        continueOnError: values["continue-on-error"],
        refreshProgram,
        destroyProgram: runsProgram && command === "destroy",
        // A refresh by the program loses the mark of a tainted resource (`generateResourceSteps` in step_generator.go).
        replaced: [...values["target-replace"], ...(refreshProgram ? [] : this.tainted)],
        ...(values.parallel === undefined ? {} : { parallel: Number(values.parallel) }),
        ...(targets.length === 0 ? {} : { targets }),
      },
      monitor.address,
      new Map(
        [...this.configuration].map(([key, { value, isSecret }]) => [key, isSecret ? secret(value) : value]),
      ),
      this.printer.print,
      (method, request) => this.onCall(method, request),
      values.refresh || command === "refresh",
    );
    monitor.operation = operation;
    const carryOut = async () => {
      try {
        if ((values.refresh && !refreshProgram) || command === "refresh") await operation.refresh();
        else if (!refreshProgram) await operation.refreshBeforeUpdate();
        if (command === "destroy" ? runsProgram : command !== "refresh")
          await this.#runProgram(operation, monitor.address, preview);
        if (command === "destroy" && !operation.failed) await operation.destroy();
      } finally {
        await operation.close();
      }
    };
    this.#refillRetryBudget();
    try {
      await withClock(carryOut);
    } catch (error) {
      if (!(error instanceof Terminated)) throw error;
    } finally {
      monitor.end();
      restore();
    }
    if (!preview) {
      this.#state = operation.state;
      if (command === "up") this.tainted.clear();
    }
    const steps = operation.steps
      .filter(({ urn }) => !/pulumi:(pulumi:Stack|providers:)/.test(urn))
      .map(({ urn, ...step }) => ({ ...step, name: nameOf(urn) }));
    const changed =
      (command === "refresh" && operation.refreshed) ||
      steps.some(({ op }) => !["same", "refresh", "read"].includes(op));
    const exitCode = operation.failed ? 1 : values["expect-no-changes"] && changed ? 7 : 0;
    return { exitCode, output: this.#output, diagnostics: this.#diagnostics, steps };
  }

  async #runProgram(operation: Operation, address: string, preview: boolean): Promise<void> {
    const { configuration } = this;
    const print = this.printer.print;
    const { terminated } = operation;
    const idle = () => operation.idle();
    const succeeded = await runProgram(this.#program, {
      address,
      preview,
      print,
      configuration,
      terminated,
      idle,
    });
    if (!succeeded) operation.fail();
    if (operation.options.destroyProgram !== true) await operation.deleteUndeclared();
  }

  /** Gives each command the retry budget of new provider processes. In these tests all processes share one budget. */
  #refillRetryBudget(): void {
    retryBudgetOf(new URL(this.emulator.url).origin, systemClock).succeeded(Number.POSITIVE_INFINITY);
  }

  /** Replaces the settings of this process by the lab's. @returns a function that restores them. */
  #useEnvironment(): () => void {
    const before = { ...process.env };
    for (const name of Object.keys(process.env)) {
      if (/^(PULUMI|PINTEREST)_/.test(name)) delete process.env[name];
    }
    Object.assign(process.env, this.environment, {
      PULUMI_NODEJS_PROJECT: "lab",
      PULUMI_NODEJS_STACK: "test",
    });
    return () => {
      for (const name of Object.keys(process.env)) delete process.env[name];
      Object.assign(process.env, before);
    };
  }

  #print(severity: string, urn: string, message: string): void {
    if (severity === "debug") return;
    this.#diagnostics.push({ severity, urn, message });
    const about = urn === "" ? "" : `  ${urn.split("::")[2]?.split("$").at(-1)} (${nameOf(urn)}):\n`;
    const text = `${about}    ${severity === "info" ? "" : `${severity}: `}${message}\n`;
    this.#output += text;
    this.transcript += text;
  }

  /** Runs a command, and fails with all that it reported unless it succeeds. */
  async succeed(command: string, ...args: string[]): Promise<Run> {
    const run = await this.run(command, ...args);
    if (run.exitCode !== 0)
      throw new Error(`${command} ${args.join(" ")} ended with ${run.exitCode}:\n${run.output}`);
    return run;
  }

  /** Runs a command, and fails with all that it reported if it succeeds. */
  async fail(command: string, ...args: string[]): Promise<Run> {
    const run = await this.run(command, ...args);
    if (run.exitCode === 0) throw new Error(`${command} ${args.join(" ")} did not fail:\n${run.output}`);
    return run;
  }

  up(...args: string[]): Promise<Run> {
    return this.succeed("up", ...args);
  }

  /** Runs an update that continues on errors and must fail. */
  upFails(...args: string[]): Promise<Run> {
    return this.fail("up", "--continue-on-error", ...args);
  }

  /** The steps of a preview. */
  async steps(...args: string[]): Promise<readonly ShownStep[]> {
    return (await this.succeed("preview", ...args)).steps;
  }

  /** `preview --expect-no-changes`. */
  preview(...args: string[]): Promise<Run> {
    return this.run("preview", "--expect-no-changes", ...args);
  }

  async previewExit(...args: string[]): Promise<number> {
    return (await this.preview(...args)).exitCode;
  }

  /** The stack's outputs, with secrets in plaintext. */
  outputs(): Bag {
    const stack = [...this.#state.values()].find(({ type }) => type === "pulumi:pulumi:Stack");
    return withoutSecrets(stack?.outputs ?? {}) as Bag;
  }

  /** Changes state by hand, as `pulumi state` and `pulumi stack import` do. */
  editState(edit: (state: Map<string, Resource>) => void): void {
    const edited = new Map(this.#state);
    edit(edited);
    this.#state = edited;
  }

  /** Everything in state, the stack and its providers included. */
  resources(): readonly Resource[] {
    return [...this.#state.values()];
  }

  /** State as the engine stores it, with what it encrypts left out. */
  exported(): string {
    const hidden = (_name: string, value: unknown) => (isSecret(value) ? "[secret]" : value);
    return JSON.stringify(this.resources(), hidden);
  }

  /** The commerce integrations in state, by resource name. */
  state(): Record<string, Resource> {
    const integrations = this.resources().filter(({ type }) => type.endsWith(":CommerceIntegration"));
    return Object.fromEntries(integrations.map((resource) => [nameOf(resource.urn), resource]));
  }

  /** What was written to one integration, in order: method and body, since the last `emulator.clearRequests()`. */
  written(externalId: string): [method: string, body: unknown][] {
    return this.emulator
      .requests()
      .filter((entry) => entry.method !== "GET" && entry.external_business_id === externalId)
      .map(({ method, request_body }) => [method, request_body]);
  }

  /** The writes to Pinterest, as `METHOD external-business-id`, since the last `emulator.clearRequests()`. */
  writes(): string[] {
    return this.emulator
      .requests()
      .filter(({ method }) => method !== "GET")
      .map(({ method, external_business_id }) => `${method} ${external_business_id}`);
  }
}

function loadForProgram(name: string): unknown {
  switch (name) {
    case "pulumi-pinterest":
      return require("../../../provider");
    case "pulumi-pinterest/native":
      return require("../../../provider/sdk/native");
    default:
      return require(name);
  }
}
