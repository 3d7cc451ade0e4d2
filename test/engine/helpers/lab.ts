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
import { join } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../emulator";
import { engineEnvironment, repository } from "./engine";
import { copyPreparedStack, selectedStackFile } from "./prepared-stack";
import { type Declarations, programText } from "./program";
import { type ProviderType, providerType, providerTypes } from "./provider-type";

/** How an engine process ended. */
export interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Both, as a person sees them. */
  output: string;
}

/** A step of `preview --json`. */
export interface Step {
  op: string;
  /** The resource's name. */
  name: string;
  /** By property path: what the engine says happens to it. */
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
  /** Further environment of the engine. */
  environment?: Record<string, string>;
  /** An example to copy into the project in place of an empty JavaScript program: a folder of `examples/`. */
  example?: string;
  /** @default that of the tests that run now */
  providerType?: ProviderType;
}

/** A Pulumi project with a stack of its own on a file backend, and a Pinterest of its own. */
export class Lab {
  private constructor(
    readonly emulator: Emulator,
    /** The project's directory. */
    readonly directory: string,
    /** The environment in which the engine runs; tests may change it. */
    readonly environment: NodeJS.ProcessEnv,
    private providerType: ProviderType,
  ) {}

  /** Everything that any engine process of this lab has printed, for leak tests. */
  transcript = "";

  static async open({
    environment = {},
    example,
    providerType: name = providerType,
    ...options
  }: LabOptions = {}): Promise<Lab> {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-pinterest-lab-")));
    const backend = join(directory, "backend");
    mkdirSync(backend);
    mkdirSync(join(directory, "node_modules/.bin"), { recursive: true });
    symlinkSync(repository, join(directory, "node_modules/pulumi-pinterest"));
    // As npm links them, for `npx pulumi-pinterest` and for the engine.
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
      writeJavaScriptProject(directory, name);
    } else {
      cpSync(join(repository, "examples", example), directory, { recursive: true });
    }
    copyPreparedStack(directory, backend);
    const emulator = await startEmulator(options);
    return new Lab(
      emulator,
      directory,
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

  /** Writes the program: lines of JavaScript first, if any, then the declared integrations. */
  program(declarations: Declarations, before?: string): void {
    const { packageImport } = providerTypes[this.providerType];
    writeFileSync(join(this.directory, "index.js"), programText(declarations, packageImport, before));
  }

  /** Has the programs to come use another provider type, for the same stack. */
  use(name: ProviderType): void {
    this.providerType = name;
    writeProject(this.directory, name);
  }

  /** Makes the program one of YAML: the sections of it, such as `resources`. */
  yaml(sections: string): void {
    writeFileSync(
      join(this.directory, "Pulumi.yaml"),
      `name: lab\nruntime: yaml\n${providerTypes.plugin.project}${sections}`,
    );
  }

  /** Runs `pulumi` with these arguments and waits for its end, whatever it is. */
  run(...args: string[]): Promise<Run> {
    return this.process("pulumi", ...args, "--non-interactive");
  }

  /** Runs any program as a person would in the project's directory, and waits for its end, whatever it is. */
  process(command: string, ...args: string[]): Promise<Run> {
    return this.launch(command, ...args).ended;
  }

  /** Runs `pulumi-pinterest` as a person would in the project's directory, with nobody to answer questions. */
  cli(...args: string[]): Promise<Run> {
    return this.process("node", join(repository, "dist/cli/main.js"), ...args);
  }

  /** Starts a program like {@link process}, for tests that act before its end. */
  launch(command: string, ...args: string[]): { child: ChildProcess; ended: Promise<Run> } {
    // The engine refuses to skip a confirmation where it asks for none.
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

  /** Runs `pulumi`, and fails with all that it printed when it does not end with 0. */
  async succeed(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.exitCode !== 0) {
      throw new Error(`pulumi ${args.join(" ")} ended with ${run.exitCode}:\n${run.output}`);
    }
    return run;
  }

  /** Runs `pulumi`, and fails with all that it printed when it ends with 0. */
  async fail(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.exitCode === 0) {
      throw new Error(`pulumi ${args.join(" ")} did not fail:\n${run.output}`);
    }
    return run;
  }

  /** `pulumi up` without its preview, which does all that it can and must fail in something. */
  upFails(...args: string[]): Promise<Run> {
    return this.fail("up", "--skip-preview", "--continue-on-error", ...args);
  }

  /** `pulumi up` without its preview; fails unless it succeeds. */
  up(...args: string[]): Promise<Run> {
    return this.succeed("up", "--skip-preview", ...args);
  }

  /** The steps of a preview, without those of the stack itself. Refresh steps have the op `refresh`. */
  async steps(...args: string[]): Promise<Step[]> {
    return stepsIn((await this.succeed("preview", "--json", ...args)).stdout);
  }

  /** `preview --expect-no-changes`: how it ended (see {@link previewExit}) and, unless in an error, its steps. */
  async preview(...args: string[]): Promise<{ exitCode: number; steps: Step[] }> {
    const { exitCode, stdout } = await this.run("preview", "--json", "--expect-no-changes", ...args);
    return { exitCode, steps: exitCode === 0 || exitCode === 7 ? stepsIn(stdout) : [] };
  }

  /** The exit code of `preview --expect-no-changes`: 0 nothing to do, 7 something, 1 an error. */
  async previewExit(...args: string[]): Promise<number> {
    return (await this.run("preview", "--expect-no-changes", ...args)).exitCode;
  }

  /** The stack as `pulumi stack export` gives it. */
  async exported(...args: string[]): Promise<string> {
    return (await this.succeed("stack", "export", ...args)).stdout;
  }

  /** Everything in state, the stack and its providers included. */
  async resources(): Promise<StateResource[]> {
    const { resources = [] } = await this.deployment();
    return resources;
  }

  /** The commerce integrations in state, by resource name. */
  async state(): Promise<Record<string, StateResource>> {
    const integrations = (await this.resources()).filter(({ type }) => type.endsWith(":CommerceIntegration"));
    return Object.fromEntries(integrations.map((resource) => [nameOf(resource.urn), resource]));
  }

  /** What the program exports; a secret output is encrypted. */
  async outputs(): Promise<Record<string, unknown>> {
    const stack = (await this.resources()).find(({ type }) => type === "pulumi:pulumi:Stack");
    return stack?.outputs ?? {};
  }

  /** Reads the state where the lab's own backend keeps it, which saves the 0.3 s of an export; exports from any other backend. */
  private async deployment(): Promise<{ resources?: StateResource[] }> {
    const backend = join(this.directory, "backend");
    if (this.environment.PULUMI_BACKEND_URL !== `file://${backend}`) {
      return JSON.parse(await this.exported()).deployment;
    }
    const file = selectedStackFile(this.directory, backend);
    return JSON.parse(readFileSync(file, "utf8")).checkpoint.latest ?? {};
  }

  /** What was written to one integration, in order: method and body, since the last `emulator.clearRequests()`. */
  written(externalId: string): [method: string, body: unknown][] {
    return this.emulator
      .requests()
      .filter((entry) => entry.method !== "GET" && entry.external_business_id === externalId)
      .map(({ method, request_body }) => [method, request_body]);
  }

  /** The requests that change something at Pinterest, as `method external-id`, since the last `emulator.clearRequests()`. */
  writes(): string[] {
    return this.emulator
      .requests()
      .filter(({ method }) => method !== "GET")
      .map(({ method, external_business_id }) => `${method} ${external_business_id}`);
  }
}

function writeProject(directory: string, name: ProviderType): void {
  writeFileSync(
    join(directory, "Pulumi.yaml"),
    `name: lab\nruntime: { name: nodejs, options: { typescript: false } }\n${providerTypes[name].project}`,
  );
}

function writeJavaScriptProject(directory: string, name: ProviderType): void {
  writeProject(directory, name);
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
