import { delimiter, join } from "node:path";
import type { EngineEvent, LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import { engineMessage, runEngine, withoutCredentials } from "../../cli/stack/engine";
import { OpenStack, repeatingAbort, withoutSummaries } from "../../cli/stack/stack";
import { environmentVariable } from "../../provider/config/keys";
import { FleetError } from "../fleet-error";
import { eraseInBackend } from "./backend";
import type { ShardWorkspace } from "./workspace";

/** The stack of a shard, in its own workspace. */
export class ShardStack {
  private constructor(
    private readonly stack: Stack,
    private readonly workspace: LocalWorkspace,
    private readonly project: string,
    private readonly engineRoot: string,
  ) {}

  /**
   * Opens the stack, or creates it.
   *
   * @param unlock removes the lock that a killed engine has left. Set it only if no engine runs.
   * @throws FleetError with the engine's message.
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
          // Updates of a fleet read merchants only with `--refresh`.
          [environmentVariable("detectDrift")]: "refresh",
        },
        pulumiCommand: await engineIn(engineRoot),
      });
      const opened = () => automation.Stack.createOrSelect(name, workspace);
      const stack = await opened().catch(async (error) => {
        if (!unlock || !/currently locked/.test(String(error))) throw error;
        // The engine was stopped while it created the stack. `pulumi cancel` would not find the stack, and remove no lock.
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

  /** The stack in the form that the commands for single stacks use. */
  get open(): OpenStack {
    const { workDir, envVars } = this.workspace;
    const open = new OpenStack(this.stack, this.project, workDir, envVars as Record<string, string>);
    // The stack of a shard has no configuration of its own.
    open.configuration = async () => () => undefined;
    return open;
  }

  /** @throws FleetError with the engine's message. */
  private unlock(): Promise<void> {
    // Pulumi Cloud, which allows one update at a time, reports that there is nothing to cancel.
    const isUnlocked = /has never been updated|already completed|no update in progress/i;
    return this.runCommand(["cancel", "--yes", "--stack", this.stack.name], isUnlocked);
  }

  /**
   * Removes a resource from state. Its integration stays at Pinterest.
   *
   * @throws FleetError with the engine's message.
   */
  forget(urn: string): Promise<void> {
    return this.runCommand(["state", "delete", urn, "--yes", "--stack", this.stack.name]);
  }

  /** @param accepted matches the engine's message of a failure that can be ignored. */
  private async runCommand(args: readonly string[], accepted?: RegExp): Promise<void> {
    const { exitCode, stderr, stdout } = await runEngine(args, {
      cwd: this.workspace.workDir,
      environment: {
        ...(this.workspace.envVars as Record<string, string>),
        // Ends with this process too.
        PATH: [join(this.engineRoot, "bin"), process.env.PATH ?? ""].join(delimiter),
      },
    });
    if (exitCode === 0 || accepted?.test(stderr + stdout)) return;
    throw new FleetError(
      `${this.stack.name}: pulumi ${args.slice(0, 2).join(" ")} failed: ${withoutCredentials(stderr || stdout).trim()}`,
    );
  }

  /** Rejects if anything failed. */
  async run(operation: "up" | "preview" | "destroy", options: EngineOptions): Promise<void> {
    if (operation === "destroy") await this.destroy(options);
    else if (operation === "preview") await this.open.preview(options);
    else await this.open.update(options);
  }

  /** Deletes all integrations of the shard and, if none is left, its stack. */
  private async destroy({ onEvent, signal, environment }: EngineOptions): Promise<void> {
    // For an empty stack, the engine would create resources from the program, and then refuse to remove the stack.
    const isEmpty = (await this.open.resources()).length === 0;
    if (!isEmpty)
      await this.open.withEnvironment(environment, () =>
        this.stack.destroy({
          continueOnError: true,
          runProgram: true,
          onEvent,
          signal: repeatingAbort(signal),
          color: "never",
        }),
      );
    await this.workspace.removeStack(this.stack.name);
  }
}

/** The engine on PATH and its version. */
let engineOnPath: Promise<PulumiCommand> | undefined;

/** The engine in a workspace: the one on PATH. Its version is read once, because that takes a third of a second. */
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
  /** Whether to read Pinterest first. */
  readonly refresh: boolean;
  /** Additional environment of the engine. */
  readonly environment: Record<string, string>;
}
