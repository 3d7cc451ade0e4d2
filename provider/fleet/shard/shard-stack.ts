import type { EngineEvent, LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { runEngine } from "../../cli/stack/engine-command";
import { engineMessage } from "../../cli/stack/engine-message";
import { OpenStack } from "../../cli/stack/stack";
import { FleetError } from "../fleet-error";
import type { ShardWorkspace } from "./workspace";

/** The stack of a shard, in a workspace of its own. */
export class ShardStack {
  private constructor(
    private readonly stack: Stack,
    private readonly workspace: LocalWorkspace,
    private readonly project: string,
  ) {}

  /**
   * Opens it, or makes it where there is none.
   *
   * @throws FleetError with what the engine says.
   */
  static async open(
    name: string,
    project: string,
    { directory, environment, engineRoot }: ShardWorkspace,
  ): Promise<ShardStack> {
    const automation = await import("@pulumi/pulumi/automation/index.js");
    try {
      const workspace = await automation.LocalWorkspace.create({
        workDir: directory,
        envVars: { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" },
        pulumiCommand: await automation.PulumiCommand.get({ root: engineRoot }),
      });
      return new ShardStack(await automation.Stack.createOrSelect(name, workspace), workspace, project);
    } catch (error) {
      throw new FleetError(`the stack '${name}' cannot be opened: ${engineMessage(error)}`);
    }
  }

  /** As the commands for single stacks work with it. */
  get open(): OpenStack {
    const { workDir, envVars } = this.workspace;
    return new OpenStack(this.stack, this.project, workDir, envVars as Record<string, string>);
  }

  /** Ends the lock that an engine has left which runs no more. */
  async unlock(): Promise<void> {
    await runEngine(["cancel", "--yes", "--stack", this.stack.name], {
      cwd: this.workspace.workDir,
      environment: this.workspace.envVars as Record<string, string>,
    });
  }

  /** Rejects where anything failed. */
  up(onEvent: (event: EngineEvent) => void, signal: AbortSignal): Promise<unknown> {
    return this.stack.up({ continueOnError: true, onEvent, signal, color: "never" });
  }

  preview(onEvent: (event: EngineEvent) => void, signal: AbortSignal): Promise<unknown> {
    return this.stack.preview({ onEvent, signal, color: "never" });
  }

  /** Ends all connections of the shard, and its stack where none is left. */
  async destroy(onEvent: (event: EngineEvent) => void, signal: AbortSignal): Promise<void> {
    await this.stack.destroy({ continueOnError: true, runProgram: true, onEvent, signal, color: "never" });
    await this.workspace.removeStack(this.stack.name);
  }
}
