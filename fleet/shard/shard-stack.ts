import { delimiter, join } from "node:path";
import type { EngineEvent, LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import { type EngineRun, runEngine } from "../../cli/stacks/engine-command";
import { engineMessage, withoutCredentials } from "../../cli/stacks/engine-message";
import { heardLate, OpenStack } from "../../cli/stacks/stack";
import { withoutSummaries } from "../../cli/stacks/without-summaries";
import { environmentVariable } from "../../provider/config/keys";
import { FleetError } from "../fleet-error";
import { eraseInBackend } from "./erase-in-backend";
import type { ShardWorkspace } from "./workspace";

/** The stack of a shard, in a workspace of its own. */
export class ShardStack {
  private constructor(
    private readonly stack: Stack,
    private readonly workspace: LocalWorkspace,
    private readonly project: string,
    private readonly engineRoot: string,
  ) {}

  /**
   * Opens it, or makes it where there is none.
   *
   * @param unlock ends the lock that an engine has left which runs no more; only for who knows that it does not.
   * @throws FleetError with what the engine says.
   */
  static async open(
    name: string,
    project: string,
    { directory, environment, engineRoot }: ShardWorkspace,
    unlock: boolean,
  ): Promise<ShardStack> {
    const automation = await import("@pulumi/pulumi/automation/index.js");
    try {
      const workspace = await automation.LocalWorkspace.create({
        workDir: directory,
        envVars: {
          ...environment,
          PULUMI_SKIP_UPDATE_CHECK: "true",
          // An update of a fleet reads merchants only with `--refresh`.
          [environmentVariable("detectDrift")]: "refresh",
        },
        pulumiCommand: await engineIn(engineRoot),
      });
      const opened = () => automation.Stack.createOrSelect(name, workspace);
      const stack = await opened().catch(async (error) => {
        if (!unlock || !/currently locked/.test(String(error))) throw error;
        // An engine was ended while it made the stack: `pulumi cancel` finds none, and would end no lock.
        const locks = { prefixes: [`.pulumi/locks/organization/${project}/${name}/`], files: [] };
        const { PULUMI_BACKEND_URL: backend } = { ...process.env, ...environment };
        if (!(await eraseInBackend(backend, locks))) throw error;
        return opened();
      });
      const shard = new ShardStack(withoutSummaries(stack), workspace, project, engineRoot);
      if (unlock) await shard.unlock();
      return shard;
    } catch (error) {
      if (error instanceof FleetError) throw error;
      throw new FleetError(`the stack '${name}' cannot be opened: ${engineMessage(error)}`);
    }
  }

  /** As the commands for single stacks work with it. */
  get open(): OpenStack {
    const { workDir, envVars } = this.workspace;
    return new OpenStack(this.stack, this.project, workDir, envVars as Record<string, string>);
  }

  /** @throws FleetError with what the engine says. */
  private async unlock(): Promise<void> {
    const args = ["cancel", "--yes", "--stack", this.stack.name];
    const { exitCode, stderr, stdout } = await this.run(args);
    // Pulumi Cloud, which lets nobody begin beside another one, says so where there is nothing to end.
    const isUnlocked = /has never been updated|already completed|no update in progress/i.test(
      stderr + stdout,
    );
    if (exitCode !== 0 && !isUnlocked) throw this.failed(args, stderr || stdout);
  }

  /**
   * Moves resources to another state, with nothing asked of Pinterest. For who alone works with both: the engine locks neither as a whole.
   *
   * @throws FleetError with what the engine says.
   */
  moveTo(destination: ShardStack, urns: readonly string[]): Promise<void> {
    const stacks = ["--source", this.stack.name, "--dest", destination.stack.name];
    return this.carriedOut(["state", "move", ...stacks, "--yes", ...urns]);
  }

  /**
   * Takes a resource out of the state; what it stands for stays at Pinterest.
   *
   * @throws FleetError with what the engine says.
   */
  forget(urn: string): Promise<void> {
    return this.carriedOut(["state", "delete", urn, "--yes", "--stack", this.stack.name]);
  }

  private async carriedOut(args: readonly string[]): Promise<void> {
    const { exitCode, stderr, stdout } = await this.run(args);
    if (exitCode !== 0) throw this.failed(args, stderr || stdout);
  }

  private failed(args: readonly string[], said: string): FleetError {
    return new FleetError(
      `${this.stack.name}: pulumi ${args.slice(0, 2).join(" ")} failed: ${withoutCredentials(said).trim()}`,
    );
  }

  private run(args: readonly string[]): Promise<EngineRun> {
    return runEngine(args, {
      cwd: this.workspace.workDir,
      environment: {
        ...(this.workspace.envVars as Record<string, string>),
        // So that it ends with this process too.
        PATH: [join(this.engineRoot, "bin"), process.env.PATH ?? ""].join(delimiter),
      },
    });
  }

  /** Rejects where anything failed. */
  up({ onEvent, signal, refresh, environment }: EngineOptions): Promise<unknown> {
    return this.open.update({ refresh, environment, onEvent, signal });
  }

  preview(options: EngineOptions): Promise<unknown> {
    return this.open.preview(options);
  }

  /** Ends all connections of the shard, and its stack where none is left. */
  async destroy({ onEvent, signal, environment }: EngineOptions): Promise<void> {
    // Of a stack with nothing in it the engine would make some, by its program, and then not let it be removed.
    const isEmpty = (await this.open.resources()).length === 0;
    if (!isEmpty)
      await this.open.withEnvironment(environment, () =>
        this.stack.destroy({
          continueOnError: true,
          runProgram: true,
          onEvent,
          signal: heardLate(signal),
          color: "never",
        }),
      );
    await this.workspace.removeStack(this.stack.name);
  }
}

/** The engine on PATH, with the version that it has printed. */
let engineOnPath: Promise<PulumiCommand> | undefined;

/** The engine in a workspace. It is the one on PATH, which is asked once for its version, since that takes a third of a second. */
async function engineIn(root: string): Promise<PulumiCommand> {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  engineOnPath ??= PulumiCommand.get();
  const known = await engineOnPath.catch((error) => {
    engineOnPath = undefined;
    throw error;
  });
  return Object.create(known, { command: { value: join(root, "bin/pulumi") } }) as PulumiCommand;
}

interface EngineOptions {
  readonly onEvent: (event: EngineEvent) => void;
  readonly signal: AbortSignal;
  /** Whether to look at Pinterest first. */
  readonly refresh: boolean;
  /** What the engine is told beside its own environment. */
  readonly environment: Record<string, string>;
}
