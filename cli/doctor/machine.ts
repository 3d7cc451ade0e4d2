import { databaseVariable } from "../fleet/addresses";
import { isNodeProject, readProjectFile } from "../stack/project-file";
import { checkBackend } from "./backend";
import { type Check, ok } from "./check";
import { checkEngine } from "./engine";
import { checkNode } from "./node";
import { checkPlugin, needsPlugin } from "./plugin";
import { checkProject, programDirectory } from "./project";
import { checkStack, noStack, type StackFindings } from "./stack";
import { checkStackLock } from "./stack-lock";

/** What is known of the machine, and of the stack that its engine opens. */
export interface MachineFindings {
  readonly checks: readonly Check[];
  readonly stack: StackFindings;
  /** Whether the program, or what the stack has, comes to the provider by the plugin. */
  readonly usesPlugin: boolean;
  /** The project's name; undefined where there is none. */
  readonly project: string | undefined;
}

/** Workers create the project of a fleet themselves. */
const fleetWithoutProject: StackFindings = {
  ...noStack,
  checks: [
    ok("stack", `not needed: fleets have no Pulumi project of their own (${databaseVariable} is set)`),
  ],
};

/** Everything that needs no Pinterest: programs, packages, the engine's login and the stack. */
export async function checkMachine(
  cwd: string,
  stackName: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<MachineFindings> {
  const project = await readProjectFile(cwd);
  const [node, engine] = await Promise.all([
    checkNode(cwd, environment),
    checkEngine(cwd, environment, project.runtime),
  ]);
  const backend = engine.path === undefined ? undefined : await checkBackend(cwd);
  const url = backend?.url;
  const hasProject = programDirectory(cwd) !== undefined;
  const isFleet = !hasProject && stackName === undefined && Boolean(environment[databaseVariable]);
  const stack =
    url === undefined
      ? { ...noStack, unread: hasProject }
      : isFleet
        ? fleetWithoutProject
        : await checkStack({ cwd, stack: stackName });
  const lock =
    stack.stack === undefined || url === undefined ? undefined : await checkStackLock(stack.stack, url);
  const usesPlugin = needsPlugin(project, stack.hasPlugin);
  const checks = [
    node,
    ...engine.checks,
    // Programs of other languages load neither.
    ...(isNodeProject(project) ? checkProject(cwd, stackName) : []),
    ...(usesPlugin ? [checkPlugin(cwd, project, stack.hasPlugin, environment)] : []),
    ...(backend === undefined ? [] : [backend.check]),
    ...stack.checks,
    ...(lock === undefined ? [] : [lock]),
  ];
  return { checks, stack, usesPlugin, project: project.name };
}
