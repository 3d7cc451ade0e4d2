import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../emulator";
import { engineEnvironment, repository } from "./engine";
import { copyPreparedStack, projectIn, selectedStackFile } from "./prepared-stack";
import { type Declarations, programText } from "./program";
import { type ProviderType, providerType, providerTypes } from "./provider-type";
import { allWrites, writesTo } from "./writes";

/** The result of a process. */
export interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Both streams, in the order in which a terminal shows them. */
  output: string;
}

/** A step of `preview --json`. */
export interface Step {
  op: string;
  /** The resource's name. */
  name: string;
  /** The kind of change by property path. */
  detailedDiff: Record<string, { kind: string }> | null;
}

/** A resource of an exported stack. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
  [key: string]: unknown;
}

export interface LabOptions extends EmulatorOptions {
  /** Additional environment variables of the engine. */
  environment?: Record<string, string>;
  /** A directory of `examples/` to copy into the project instead of an empty JavaScript program. */
  example?: string;
  /** The project's name, such as that of a recorded state. @default a name of its own, or the example's */
  project?: string;
  /** @default the provider type of the running tests */
  providerType?: ProviderType;
}

/** A Pulumi project with one stack on a file backend, and an emulator. */
export class Lab {
  private constructor(
    readonly emulator: Emulator,
    /** The project's directory. */
    readonly directory: string,
    /** The project's name. Labs without an example have one of their own: the processes of a user share the records of interrupted updates by stack. */
    readonly project: string,
    /** The environment variables of the engine. Tests can change them. */
    readonly environment: NodeJS.ProcessEnv,
    private providerType: ProviderType,
  ) {}

  /** The output of all processes of this lab, for leak tests. */
  transcript = "";

  static async open({
    environment = {},
    example,
    project,
    providerType: name = providerType,
    ...options
  }: LabOptions = {}): Promise<Lab> {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-pinterest-lab-")));
    const backend = join(directory, "backend");
    mkdirSync(backend);
    mkdirSync(join(directory, "node_modules/.bin"), { recursive: true });
    symlinkSync(repository, join(directory, "node_modules/pulumi-pinterest"));
    // The links that npm creates, for `npx pulumi-pinterest` and for the engine.
    symlinkSync(
      "../pulumi-pinterest/dist/cli/main.js",
      join(directory, "node_modules/.bin/pulumi-pinterest"),
    );
    symlinkSync(
      "../pulumi-pinterest/pulumi-resource-pinterest",
      join(directory, "node_modules/.bin/pulumi-resource-pinterest"),
    );
    symlinkSync(join(repository, "node_modules/@pulumi"), join(directory, "node_modules/@pulumi"));
    if (example === undefined) {
      writeJavaScriptProject(directory, project ?? `lab-${basename(directory).slice(-6)}`, name);
    } else {
      cpSync(join(repository, "examples", example), directory, { recursive: true });
    }
    copyPreparedStack(directory, backend);
    const emulator = await startEmulator(options);
    return new Lab(
      emulator,
      directory,
      projectIn(directory),
      {
        ...engineEnvironment(backend),
        PINTEREST_API_URL: emulator.url,
        PINTEREST_ACCESS_TOKEN: emulator.token(),
        PINTEREST_CONSISTENCY_TIMEOUT: "1",
        ...environment,
      },
      name,
    );
  }

  async close(): Promise<void> {
    await this.emulator.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Writes the program: the lines of JavaScript in `before`, then the declared integrations. */
  program(declarations: Declarations, before?: string): void {
    const { packageImport } = providerTypes[this.providerType];
    writeFileSync(join(this.directory, "index.js"), programText(declarations, packageImport, before));
  }

  /** Changes the provider type of the programs that follow, for the same stack. */
  setProviderType(name: ProviderType): void {
    this.providerType = name;
    this.setProject(nodejsRuntime, providerTypes[name].project);
  }

  /** Replaces the program with a YAML program of these sections, such as `resources`. */
  setYamlProgram(sections: string): void {
    this.setProject("yaml", `${providerTypes.plugin.project}${sections}`);
  }

  /** Writes Pulumi.yaml. @param sections all others, such as `plugins`, without the name and the runtime. */
  setProject(runtime: string, sections = ""): void {
    writeProject(this.directory, this.project, runtime, sections);
  }

  /** Runs `pulumi` with these arguments. Resolves for every exit code. */
  run(...args: string[]): Promise<Run> {
    return this.process("pulumi", ...args, "--non-interactive");
  }

  /** Runs a program in the project's directory. Resolves for every exit code. */
  process(command: string, ...args: string[]): Promise<Run> {
    return this.launch(command, ...args).ended;
  }

  /** Runs `pulumi-pinterest` in the project's directory, without a terminal. */
  cli(...args: string[]): Promise<Run> {
    return this.process("node", join(repository, "dist/cli/main.js"), ...args);
  }

  /** Starts a program like {@link process}, for tests that act before it exits. */
  launch(command: string, ...args: string[]): { child: ChildProcess; ended: Promise<Run> } {
    // With --preview-only, the engine asks for no confirmation, and rejects a setting that skips it.
    const confirmations = args.includes("--preview-only") ? { PULUMI_SKIP_CONFIRMATIONS: "false" } : {};
    const child = spawn(command, args, {
      cwd: this.directory,
      env: { ...this.environment, ...confirmations },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<Run>((resolve, reject) => {
      const run: Run = { exitCode: -1, stdout: "", stderr: "", output: "" };
      for (const stream of ["stdout", "stderr"] as const) {
        child[stream].setEncoding("utf8").on("data", (text: string) => {
          run[stream] += text;
          run.output += text;
          this.transcript += text;
        });
      }
      child.on("error", reject);
      child.on("close", (code) => resolve({ ...run, exitCode: code ?? -1 }));
    });
    return { child, ended };
  }

  /**
   * Runs `pulumi`.
   *
   * @throws Error with the output if the exit code is not 0
   */
  async succeed(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.exitCode !== 0) {
      throw new Error(`pulumi ${args.join(" ")} failed with exit code ${run.exitCode}:\n${run.output}`);
    }
    return run;
  }

  /**
   * Runs `pulumi`, which must fail.
   *
   * @throws Error with the output if the exit code is 0
   */
  async fail(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.exitCode === 0) {
      throw new Error(`pulumi ${args.join(" ")} did not fail:\n${run.output}`);
    }
    return run;
  }

  /** Runs `pulumi up` without its preview. The update continues after errors, and must fail. */
  upFails(...args: string[]): Promise<Run> {
    return this.fail("up", "--skip-preview", "--continue-on-error", ...args);
  }

  /** Runs `pulumi up` without its preview. It must succeed. */
  up(...args: string[]): Promise<Run> {
    return this.succeed("up", "--skip-preview", ...args);
  }

  /** Returns the steps of a preview, without the stack and providers. Refresh steps have the op `refresh`. */
  async steps(...args: string[]): Promise<Step[]> {
    return stepsIn((await this.succeed("preview", "--json", ...args)).stdout);
  }

  /** Runs `preview --expect-no-changes`. Returns its exit code (see {@link previewExit}) and, unless it failed, its steps. */
  async preview(...args: string[]): Promise<{ exitCode: number; steps: Step[] }> {
    const { exitCode, stdout } = await this.run("preview", "--json", "--expect-no-changes", ...args);
    return { exitCode, steps: exitCode === 0 || exitCode === 7 ? stepsIn(stdout) : [] };
  }

  /** Returns the exit code of `preview --expect-no-changes`: 0 for no changes, 7 for changes, 1 for an error. */
  async previewExit(...args: string[]): Promise<number> {
    return (await this.run("preview", "--expect-no-changes", ...args)).exitCode;
  }

  /** Returns the output of `pulumi stack export`. */
  async exported(...args: string[]): Promise<string> {
    return (await this.succeed("stack", "export", ...args)).stdout;
  }

  /** Returns all resources in state, including the stack and its providers. */
  async resources(): Promise<StateResource[]> {
    const { resources = [] } = await this.deployment();
    return resources;
  }

  /** Returns the commerce integrations in state, by resource name. */
  async state(): Promise<Record<string, StateResource>> {
    const integrations = (await this.resources()).filter(({ type }) => type.endsWith(":CommerceIntegration"));
    return Object.fromEntries(integrations.map((resource) => [nameOf(resource.urn), resource]));
  }

  /** Returns the stack outputs. Secret outputs are encrypted. */
  async outputs(): Promise<Record<string, unknown>> {
    const stack = (await this.resources()).find(({ type }) => type === "pulumi:pulumi:Stack");
    return stack?.outputs ?? {};
  }

  /** Reads state from the files of the lab's backend, because an export takes 0.3 s. Exports from any other backend. */
  private async deployment(): Promise<{ resources?: StateResource[] }> {
    const backend = join(this.directory, "backend");
    if (this.environment.PULUMI_BACKEND_URL !== `file://${backend}`) {
      return JSON.parse(await this.exported()).deployment;
    }
    const file = selectedStackFile(this.directory, backend);
    return JSON.parse(readFileSync(file, "utf8")).checkpoint.latest ?? {};
  }

  /** Adds accounts, and configures their tokens. Tokens of an earlier call are no longer configured. */
  addAccounts(...names: string[]): void {
    const tokens = names.map((name) => [name, this.emulator.addAccount({ name }).access_tokens[0]]);
    this.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
  }

  /** Returns the external business IDs at Pinterest, sorted. @param account @default all accounts */
  idsAtPinterest(account?: string): string[] {
    return this.emulator
      .integrations(account)
      .map(({ external_business_id }) => external_business_id)
      .sort();
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

/**
 * Opens a lab before the tests of a file, and closes it after them.
 *
 * @returns a lab without fields until `beforeAll` has run, so that a file can declare it as a `const`. Use it only in hooks and tests.
 */
export function labOfFile(options?: LabOptions): Lab {
  const lab: Lab = Object.create(Lab.prototype);
  beforeAll(async () => void Object.assign(lab, await Lab.open(options)));
  afterAll(() => lab.close());
  return lab;
}

const nodejsRuntime = "{ name: nodejs, options: { typescript: false } }";

function writeProject(directory: string, name: string, runtime: string, sections: string): void {
  writeFileSync(join(directory, "Pulumi.yaml"), `name: ${name}\nruntime: ${runtime}\n${sections}`);
}

function writeJavaScriptProject(directory: string, project: string, name: ProviderType): void {
  writeProject(directory, project, nodejsRuntime, providerTypes[name].project);
  writeFileSync(join(directory, "package.json"), '{ "name": "lab", "main": "index.js" }\n');
  writeFileSync(join(directory, "index.js"), programText({}, providerTypes[name].packageImport));
}

function stepsIn(previewJson: string): Step[] {
  const digest = JSON.parse(previewJson) as { steps: (Omit<Step, "name"> & { urn: string })[] };
  return digest.steps
    .filter(({ urn }) => !urn.includes("pulumi:pulumi:Stack") && !urn.includes("pulumi:providers:"))
    .map(({ op, urn, detailedDiff }) => ({ op, name: nameOf(urn), detailedDiff: detailedDiff ?? null }));
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
