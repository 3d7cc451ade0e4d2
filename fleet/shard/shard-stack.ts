import { delimiter, join } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { environmentVariable } from "../../provider/config/keys";
import { engineMessage, withoutCredentials } from "../../stack/engine";
import { engineOnPath } from "../../stack/open";
import { definedVariables, OpenStack, withoutSummaries } from "../../stack/stack";
import { FleetError } from "../fleet-error";
import { eraseInBackend, keepState, locksPath } from "./backend";
import type { RunShardOptions } from "./options";
import type { ShardWorkspace } from "./workspace";

/** The stack of a shard, in its own workspace. */
export class ShardStack extends OpenStack {
  /**
   * Opens the stack, or creates it.
   *
   * @throws FleetError with the engine's message.
   */
  static async open(
    name: string,
    project: string,
    { directory, invocation, environment, engineRoot }: ShardWorkspace,
    { unlock = false, onUnlocked }: Pick<RunShardOptions, "unlock" | "onUnlocked">,
  ): Promise<ShardStack> {
    const { LocalWorkspace, Stack } = await import("@pulumi/pulumi/automation/index.js");
    const engineEnvironment = {
      ...environment,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Updates of a fleet read merchants only with `--refresh`.
      [environmentVariable("detectDrift")]: "refresh",
      // The engine of the workspace, also for commands without a method of the Automation API.
      PATH: [join(engineRoot, "bin"), environment.PATH ?? ""].join(delimiter),
    };
    try {
      keepState(environment, project, name);
      const command = { value: join(engineRoot, "bin/pulumi") };
      const pulumiCommand: PulumiCommand = Object.create(await engineOnPath(), { command });
      const workspace = await LocalWorkspace.create({
        workDir: directory,
        envVars: definedVariables(engineEnvironment),
        pulumiCommand,
      });
      const open = () => Stack.createOrSelect(name, workspace);
      const stack = await open().catch(async (error) => {
        if (!unlock || !/currently locked/.test(String(error))) throw error;
        // The engine was stopped while it created the stack. `pulumi cancel` needs the stack, which does not exist yet.
        const isUnlocked = await eraseInBackend(environment.PULUMI_BACKEND_URL, [locksPath(project, name)]);
        if (!isUnlocked) throw error;
        return open();
      });
      // The first command of a shard creates the state.
      keepState(environment, project, name);
      const shard = new ShardStack(withoutSummaries(stack), project, directory, invocation, {
        engineEnvironment,
      });
      if (unlock) {
        await shard.unlock();
        onUnlocked?.();
      }
      return shard;
    } catch (error) {
      if (error instanceof FleetError) throw error;
      throw new FleetError(`the stack '${name}' cannot be opened: ${engineMessage(error)}`);
    }
  }

  /** The stack of a shard has no configuration. */
  override async configuration() {
    return () => undefined;
  }

  private unlock(): Promise<void> {
    // Pulumi Cloud, which allows one update at a time, reports that there is nothing to cancel.
    const isUnlocked = /has never been updated|already completed|no update in progress/i;
    return this.runCommand(["cancel", "--yes"], isUnlocked);
  }

  /** Removes a resource from state. Its integration stays at Pinterest. @throws FleetError with the engine's message. */
  forget(urn: string): Promise<void> {
    return this.runCommand(["state", "delete", urn, "--yes"]);
  }

  /** @param accepted matches the engine's message of a failure that can be ignored. */
  private async runCommand(args: readonly string[], accepted?: RegExp): Promise<void> {
    const { exitCode, stderr, stdout } = await this.run(args);
    if (exitCode === 0 || accepted?.test(stderr + stdout)) return;
    throw new FleetError(
      `${this.name}: pulumi ${args.slice(0, 2).join(" ")} failed: ${withoutCredentials(stderr || stdout).trim()}`,
    );
  }

  /** Deletes all integrations of the shard and, if none is left, its stack. Rejects if anything failed. */
  async destroy({
    onEvent,
    signal,
    environment = {},
  }: Parameters<OpenStack["update"]>[0] & { readonly signal: AbortSignal }): Promise<void> {
    // For an empty stack, the engine would create resources from the program, and then refuse to remove the stack.
    if ((await this.resources()).length > 0) {
      await this.untilInterrupted({ environment, signal, onEvent }, (interruptible) =>
        this.stack.destroy({ continueOnError: true, runProgram: true, ...interruptible }),
      );
    }
    await this.stack.workspace.removeStack(this.name);
  }
}
