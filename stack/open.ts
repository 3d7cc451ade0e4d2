import { existsSync } from "node:fs";
import type { LocalWorkspace, PulumiCommand, Stack, Workspace } from "@pulumi/pulumi/automation/index.js";
import { stackOptions } from "../provider/base/shell";
import { programContext } from "../provider/run/run-context";
import { CommandError, UsageError } from "./command-error";
import { orCommandError, runEngine } from "./engine";
import { exitCodes } from "./exit-codes";
import { definedVariables, OpenStack, withoutSummaries } from "./stack";

/** The stack that a command uses. */
export interface StackChoice {
  /** The project's directory. */
  readonly cwd: string;
  /** @default the selected one */
  readonly stack?: string | undefined;
  /** The environment of the engine. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Opens a stack of a project through Pulumi's Automation API. Does not change the selected stack, and does not check that state and
 * configuration can be read.
 *
 * @throws UnusableStack if the stack exists and cannot be opened; CommandError if there is no engine, no project or no such stack.
 */
export async function openStack({ cwd, stack, environment }: StackChoice): Promise<OpenStack> {
  const { Stack: AutomationStack } = await import("@pulumi/pulumi/automation/index.js");
  const workspace = await workspaceIn(cwd, environment);
  const { name: project, runtime } = await orCommandError(
    workspace.projectSettings(),
    `there is no Pulumi project in ${cwd === "." ? "this directory" : cwd}`,
    "Run this in the directory of its Pulumi.yaml, or name that with --cwd",
  );
  const listing = workspace.listStacks();
  const stacks = await (stack === undefined
    ? orCommandError(listing, "the project's stacks cannot be listed")
    : // A named stack can be selected without the list. Selecting it then reports why the list failed.
      listing.catch(() => []));
  const selected = stacks.find(({ current }) => current)?.name;
  const name = stack ?? selected;
  if (name === undefined) {
    const inProject = stackOptions({ directory: cwd });
    const remedy = `Name one with --stack, or run \`pulumi stack select${inProject}\` (\`pulumi stack ls${inProject}\` lists them; \`pulumi stack init${inProject}\` creates one)`;
    throw new CommandError("no stack is selected", exitCodes.error, remedy);
  }
  const isListed = stacks.some((listed) => listed.name === name);
  const opening = AutomationStack.select(name, withoutSelecting(workspace, isListed));
  let opened: Stack;
  try {
    opened = await orCommandError(opening, `stack '${name}' cannot be opened`);
  } catch (error) {
    const { message } = error as Error;
    throw /no stack named '.*' found/.test(message) ? error : new UnusableStack(project, name, message);
  }
  const invocation = { environment, context: programContext };
  return new OpenStack(withoutSummaries(opened), project, cwd, invocation, {
    isSelected: name === selected,
    listed: stacks.map((one) => one.name),
    runtime: typeof runtime === "object" ? runtime.name : runtime,
  });
}

/** A stack, or why there is none. */
type FoundStack =
  | { readonly stack: OpenStack; readonly absent?: undefined }
  | { readonly stack?: undefined; readonly absent: CommandError };

/**
 * Opens a stack for a command that can do without one.
 *
 * @throws CommandError if the named stack cannot be opened, or the selected one exists and cannot.
 */
export async function findStack(choice: StackChoice): Promise<FoundStack> {
  try {
    return { stack: await openStack(choice) };
  } catch (error) {
    const isAbsent = error instanceof CommandError && !(error instanceof UnusableStack);
    if (choice.stack === undefined && isAbsent) return { absent: error };
    throw error;
  }
}

/** A stack that exists and cannot be opened, for example because its backend does not respond. */
export class UnusableStack extends CommandError {
  constructor(
    readonly project: string,
    readonly stackName: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The names of all stacks of a project.
 *
 * @throws CommandError if there is no engine or no project.
 */
export async function stackNames(cwd: string, environment: NodeJS.ProcessEnv): Promise<string[]> {
  const workspace = await workspaceIn(cwd, environment);
  const stacks = await orCommandError(
    workspace.listStacks(),
    `the stacks of the project in ${cwd} cannot be listed`,
  );
  return stacks.map(({ name }) => name);
}

async function workspaceIn(cwd: string, environment: NodeJS.ProcessEnv): Promise<LocalWorkspace> {
  if (!existsSync(cwd))
    throw new UsageError(`the directory ${cwd} does not exist: select the project's directory with --cwd`);
  const automation = await import("@pulumi/pulumi/automation/index.js");
  return orCommandError(
    automation.LocalWorkspace.create({
      workDir: cwd,
      envVars: definedVariables(environment),
      pulumiCommand: await engineOnPath(),
    }),
    `the project in ${cwd} cannot be read`,
  );
}

let found: Promise<PulumiCommand> | undefined;

/** The engine on PATH. Its version is read once, because that takes 0.3 s. */
export function engineOnPath(): Promise<PulumiCommand> {
  found ??= import("@pulumi/pulumi/automation/index.js").then((automation) =>
    orCommandError(automation.PulumiCommand.get(), "the Pulumi CLI did not respond: is `pulumi` on PATH?"),
  );
  // The caller gets the error. The next call reads again.
  found.catch(() => {
    found = undefined;
  });
  return found;
}

/** `Stack.select` would change which stack the user's own commands work with. A name that is not listed can include an organization. */
function withoutSelecting(workspace: LocalWorkspace, isListed: boolean): Workspace {
  return Object.create(workspace, {
    selectStack: {
      value: async (name: string) => {
        if (isListed) return;
        const { exitCode, stderr } = await runEngine(["stack", "--stack", name], {
          cwd: workspace.workDir,
          environment: workspace.envVars,
        });
        if (exitCode !== 0) throw new Error(stderr.trim());
      },
    },
  }) as Workspace;
}
