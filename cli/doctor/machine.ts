import { databaseVariable } from "../fleet/access";
import { isNodeProject, readProjectFile } from "../stack/project-file";
import { checkBackend } from "./backend";
import { type Check, ok } from "./check";
import { checkEngine } from "./engine";
import { checkNode } from "./node";
import { checkPlugin, needsPlugin } from "./plugin";
import { checkProject, programDirectory } from "./project";
import { checkStack, noStack, type StackFindings } from "./stack";
import { checkStackLock } from "./stack-lock";

/** The result of the machine's and the stack's checks. */
export interface MachineFindings {
  readonly checks: readonly Check[];
  readonly stack: StackFindings;
  /** Whether the program or the stack's integrations use the plugin. */
  readonly usesPlugin: boolean;
  /** The project's name; undefined without a project. */
  readonly project: string | undefined;
}

/** Workers create the project of a fleet themselves. */
const fleetWithoutProject: StackFindings = {
  ...noStack,
  checks: [
    ok("stack", `not needed: fleets have no Pulumi project of their own (${databaseVariable} is set)`),
  ],
};

/** Runs the checks that do not need Pinterest: programs, packages, the engine's login and the stack. */
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
    // Programs of other languages load neither package.
    ...(isNodeProject(project) ? checkProject(cwd, stackName) : []),
    ...(usesPlugin ? [checkPlugin(cwd, project, stack.hasPlugin, environment)] : []),
    ...(backend === undefined ? [] : [backend.check]),
    ...stack.checks,
    ...(lock === undefined ? [] : [lock]),
  ];
  return { checks, stack, usesPlugin, project: project.name };
}
