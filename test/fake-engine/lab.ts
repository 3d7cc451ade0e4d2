// The commands of the Pulumi CLI, for a stack in this process: the SDK runs the program, the fake engine calls the provider over its protocol, and
// an emulator replaces Pinterest. The interface is a part of the engine tests' lab (test/engine/helpers/lab.ts).
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { readEngineRun } from "../../provider/run/engine-command";
import { type Declarations, programText } from "../engine/helpers/program";
import { providerTypes as details, type ProviderType } from "../engine/helpers/provider-type";
import { allWrites, writesTo } from "../engine/helpers/writes";
import { clock, withClock } from "./clock";
import { Deployment } from "./deployment";
import { messagesOf, type StepEvent } from "./events";
import { listen } from "./in-process";
import { runProgram } from "./language-host";
import { parseOptions } from "./options";
import { type OnCall, ProviderPlugin } from "./provider-plugin";
import { type Print, startDynamicProvider, startPlugin } from "./provider-processes";
import { dynamicPackage, type Host } from "./provider-registry";
import { endProcesses } from "./run-records";
import { nameOf, type Resource, type State, stackType } from "./state";
import { type Bag, isSecret, withoutSecrets } from "./values";

const isSlow = (globalThis as { isSlow?: boolean }).isSlow === true;

/**
 * The provider type of protocol tests, for `describe.each`. The unit tests play them with the plugin, and the scenarios of test/promises with the
 * dynamic provider. Jest's project `slow` plays each with the other type.
 */
export const providerTypes: readonly ProviderType[] = [isSlow ? "dynamic" : "plugin"];

/** The result of a command. */
export interface Run {
  /** 0: success. 1: an error. 7: a preview with `--expect-no-changes` found changes. */
  readonly exitCode: number;
  readonly output: string;
  /** The messages of the engine and of the provider processes. */
  readonly diagnostics: readonly Diagnostic[];
  /** All steps, except those of the stack and of providers. */
  readonly steps: readonly ShownStep[];
}

/** A message of the engine or of a provider process. */
interface Diagnostic {
  readonly severity: string;
  /** The URN of the message's resource, or empty. */
  readonly urn: string;
  readonly message: string;
}

/** A step with the resource's name. */
type ShownStep = Omit<StepEvent, "urn"> & { readonly name: string };

interface LabOptions extends EmulatorOptions {
  readonly providerType: ProviderType;
  /** Additional environment variables of the program and of the provider processes. */
  readonly environment?: Record<string, string>;
}

export class Lab {
  /** Receives the calls of the provider, for a test that checks them. */
  onCall: OnCall = () => {};
  /** The output of all commands. */
  transcript = "";
  /** The stack's configuration, by full key. */
  readonly configuration = new Map<string, string>();
  private engineState: State = { resources: new Map(), pendingDeletes: [] };
  private runnable: () => unknown = () => {};
  /** The output of the last command. */
  private output = "";
  private diagnostics: Diagnostic[] = [];

  private constructor(
    readonly emulator: Emulator,
    private providerType: ProviderType,
    /** The environment variables of the program and of the provider processes. Tests can change them. */
    readonly environment: Record<string, string>,
  ) {}

  static async open({ providerType, environment = {}, ...options }: LabOptions): Promise<Lab> {
    const emulator = await startEmulator({ now: () => clock.now(), ...options });
    const settings = {
      PINTEREST_API_URL: emulator.url,
      PINTEREST_ACCESS_TOKEN: emulator.token(),
      PINTEREST_CONSISTENCY_TIMEOUT: "1",
      ...environment,
    };
    return new Lab(emulator, providerType, settings);
  }

  async close(): Promise<void> {
    await this.emulator.stop();
  }

  /** Sets the program: the lines of JavaScript in `before`, then the declared integrations. */
  program(declarations: Declarations, before?: string): void {
    const { packageImport } = details[this.providerType];
    const text = programText(declarations, packageImport, before);
    this.runnable = () => {
      const module = { exports: {} };
      new Function("require", "module", "exports", text)(loadForProgram, module, module.exports);
      const { exports } = module as { exports: unknown };
      // The SDK's `cmd/run` also calls an exported function.
      return typeof exports === "function" ? exports() : exports;
    };
  }

  /** Makes later programs use another provider type, for the same stack. */
  setProviderType(providerType: ProviderType): void {
    this.providerType = providerType;
  }

  /** Runs one of the engine's commands: `up`, `preview`, `refresh` or `destroy`, with some of their options; see {@link parseOptions}. */
  run(command: string, ...args: string[]): Promise<Run> {
    return this.operate(parseOptions(command, args));
  }

  /** Runs a command, and kills its processes after the program has ended, before the deletions. The exit code is -1. */
  async runKilledBeforeDeletes(command: string, ...args: string[]): Promise<Run> {
    const options = { ...parseOptions(command, args), killsBeforeDeletes: true };
    return { ...(await this.operate(options)), exitCode: -1 };
  }

  private async operate(options: ReturnType<typeof parseOptions>): Promise<Run> {
    this.output = "";
    this.diagnostics = [];
    const restore = this.useEnvironment();
    // Each engine process has its own address, which the program and the provider processes use.
    const engine = await listen();
    const deployment = new Deployment(this.engineState, options, this.host(engine.address));
    try {
      await withClock(() => deployment.execute(() => this.runProgram(deployment, engine.address)));
    } finally {
      engine.close();
      endProcesses(engine.address);
      restore();
    }
    if (!deployment.isPreview) this.engineState = deployment.state;
    const steps = deployment.events.steps
      .filter(({ urn }) => !/pulumi:(pulumi:Stack|providers:)/.test(urn))
      .map(({ urn, ...step }) => ({ ...step, name: nameOf(urn) }));
    const changed =
      (options.command === "refresh" && deployment.events.foundRefreshChanges) ||
      steps.some(({ op }) => !["same", "refresh", "read"].includes(op));
    const exitCode = deployment.failed ? 1 : options.expectsNoChanges && changed ? 7 : 0;
    return { exitCode, output: this.output, diagnostics: this.diagnostics, steps };
  }

  private host(engineAddress: string): Host {
    return {
      configuration: new Map(this.configuration),
      connect: async (packageName, _urn, facts) => {
        const start = packageName === dynamicPackage ? startDynamicProvider : startPlugin;
        const run = { ...readEngineRun(process.env), ...facts };
        const started = await start(engineAddress, run, this.print);
        return new ProviderPlugin(started, (method, request) => this.onCall(method, request));
      },
      report: (urn, error) => {
        for (const message of messagesOf(error)) this.print("error", urn, message);
      },
    };
  }

  private async runProgram(deployment: Deployment, engineAddress: string): Promise<void> {
    const { configuration, print } = this;
    const succeeded = await runProgram(this.runnable, { deployment, engineAddress, print, configuration });
    if (!succeeded) deployment.recordFailure();
  }

  /** Replaces the settings of this process by the lab's. @returns a function that restores them. */
  private useEnvironment(): () => void {
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

  private readonly print: Print = (severity, urn, message) => {
    this.diagnostics.push({ severity, urn, message });
    const prefix = urn === "" ? "" : `  ${urn.split("::")[2]?.split("$").at(-1)} (${nameOf(urn)}):\n`;
    const text = `${prefix}    ${severity === "info" ? "" : `${severity}: `}${message}\n`;
    this.output += text;
    this.transcript += text;
  };

  /** Runs a command. @throws Error with its output unless it succeeds */
  async succeed(command: string, ...args: string[]): Promise<Run> {
    const run = await this.run(command, ...args);
    if (run.exitCode !== 0)
      throw new Error(`${command} ${args.join(" ")} failed with exit code ${run.exitCode}:\n${run.output}`);
    return run;
  }

  /** Runs a command, which must fail. @throws Error with its output if it succeeds */
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

  /** Returns the steps of a preview. */
  async steps(...args: string[]): Promise<readonly ShownStep[]> {
    return (await this.succeed("preview", ...args)).steps;
  }

  /** Runs `preview --expect-no-changes`. */
  preview(...args: string[]): Promise<Run> {
    return this.run("preview", "--expect-no-changes", ...args);
  }

  async previewExit(...args: string[]): Promise<number> {
    return (await this.preview(...args)).exitCode;
  }

  /** Returns the stack's outputs, with secrets in plaintext. */
  outputs(): Bag {
    const stack = this.resources().find(({ type }) => type === stackType);
    return withoutSecrets(stack?.outputs ?? {}) as Bag;
  }

  /** Makes the next update replace a resource, like `pulumi state taint`. */
  taint(name: string): void {
    const resources = new Map(this.engineState.resources);
    for (const [urn, resource] of resources)
      if (nameOf(urn) === name && isIntegration(resource)) resources.set(urn, { ...resource, taint: true });
    this.engineState = { ...this.engineState, resources };
  }

  /** Returns all resources in state, including the stack, its providers and pending deletions. */
  resources(): readonly Resource[] {
    return [...this.engineState.resources.values(), ...this.engineState.pendingDeletes];
  }

  /** Returns the state as JSON, without the values of secrets. */
  exported(): string {
    const hidden = (_name: string, value: unknown) => (isSecret(value) ? "[secret]" : value);
    return JSON.stringify(this.resources(), hidden);
  }

  /** Returns the commerce integrations in state, except pending deletions, by resource name. */
  state(): Record<string, Resource> {
    const integrations = [...this.engineState.resources.values()].filter(isIntegration);
    return Object.fromEntries(integrations.map((resource) => [nameOf(resource.urn), resource]));
  }

  /** Returns the writes to one integration since the last `emulator.clearRequests()`, in order. */
  written(externalBusinessId: string): [method: string, body: unknown][] {
    return writesTo(this.emulator, externalBusinessId);
  }

  /** Returns all writes since the last `emulator.clearRequests()`, as `METHOD external-business-id`. */
  writes(): string[] {
    return allWrites(this.emulator);
  }
}

function isIntegration({ type }: Resource): boolean {
  return type.endsWith(":CommerceIntegration");
}

/** The packages of this repository that a program imports. */
const packages: Record<string, string> = {
  "pulumi-pinterest": "../../provider",
  "pulumi-pinterest/native": "../../provider/sdk/native",
};

function loadForProgram(name: string): unknown {
  return require(packages[name] ?? name);
}
