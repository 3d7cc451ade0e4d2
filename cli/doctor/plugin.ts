import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { isNodeProject, type ProjectFile } from "../stack/project-file";
import { type Check, failure, ok } from "./check";
import { isProgram, programOnPath } from "./find-program";

const executable = "pulumi-resource-pinterest";

const remedy =
  "Install pulumi-pinterest in the project, and name it in Pulumi.yaml: `plugins: { providers: [{ name: pinterest, path: node_modules/.bin }] }`.";

/** Whether the program or the stack needs the plugin, as far as is known. */
export function needsPlugin(project: ProjectFile, inState: boolean): boolean {
  const { pluginPath, hasPackage } = project;
  return !isNodeProject(project) || pluginPath !== undefined || hasPackage || inState;
}

/**
 * Where the engine finds the required plugin.
 *
 * @param inState whether the stack has integrations of the plugin.
 */
export function checkPlugin(
  cwd: string,
  project: ProjectFile,
  inState: boolean,
  environment: NodeJS.ProcessEnv,
): Check {
  const { pluginPath, hasPackage } = project;
  if (pluginPath !== undefined) {
    const path = resolve(cwd, pluginPath, executable);
    const called = `Pulumi.yaml names ${pluginPath} for the provider plugin`;
    return isProgram(path)
      ? ok("plugin", path)
      : failure("plugin", `${called}, but it has no executable file ${executable}`, remedy);
  }
  const found = programOnPath(executable, withoutNpx(environment)) ?? installed(environment);
  if (found !== undefined) return ok("plugin", found);
  if (hasPackage) return ok("plugin", "from the packages of Pulumi.yaml");
  const needed = inState
    ? "the stack has integrations of the provider plugin"
    : "the program needs the provider plugin";
  return failure("plugin", `${needed}, but it is neither in Pulumi.yaml nor on PATH`, remedy);
}

/** The environment of a shell. npx adds directories to PATH that a later `pulumi up` does not have. */
function withoutNpx(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const directories = (environment.PATH ?? environment.Path ?? "").split(delimiter);
  const own = directories.filter((directory) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(directory));
  return { ...environment, PATH: own.join(delimiter) };
}

/** The plugin in the engine's plugin directory. */
function installed({ PULUMI_HOME = join(homedir(), ".pulumi") }: NodeJS.ProcessEnv): string | undefined {
  const directory = join(PULUMI_HOME, "plugins");
  try {
    const name = readdirSync(directory).find((entry) =>
      /^resource-pinterest-v[^.]*\.[^.]*\.[\w.+-]*$/.test(entry),
    );
    return name === undefined ? undefined : join(directory, name);
  } catch {
    return undefined;
  }
}
