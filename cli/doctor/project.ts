import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, extname, join, resolve } from "node:path";
import { ownCommand, packageVersion } from "../../provider/api/own-package";
import {
  type InstalledPackage,
  isOlder,
  oldestSdk,
  oneCopy,
  packageAt,
} from "../../provider/runtime/installation";
import { isNodeProject, type ProjectFile } from "../stack/project-file";
import { stackOptions } from "../text/shell";
import { type Check, failure, ok, warning } from "./check";
import { isProgram, programOnPath } from "./engine";

const packageName = "pulumi-pinterest";
const sdkName = "@pulumi/pulumi";
const pluginName = "pulumi-resource-pinterest";

/** The directory in which the engine runs the program and starts the provider; undefined without a project. */
export function programDirectory(cwd: string): string | undefined {
  const project = ["Pulumi.yaml", "Pulumi.yml"].map((name) => resolve(cwd, name)).find(existsSync);
  if (project === undefined) return undefined;
  const main = /^main:\s*["']?([^"'#\n]+?)["']?\s*(?:#.*)?$/m.exec(readFileSync(project, "utf8"))?.[1] ?? ".";
  const path = resolve(dirname(project), main);
  return extname(path) === "" ? path : dirname(path);
}

/**
 * Checks the packages that a project's program loads; nothing without a project.
 *
 * @param stack the name given with --stack.
 */
export function checkPackages(cwd: string, stack?: string): Check[] {
  const directory = programDirectory(cwd);
  if (directory === undefined) return [];
  const from = join(directory, "index.js");
  const own = packageAt(packageName, from);
  return [checkPackage(own, from, stack), checkSdk(own, from)];
}

function checkPackage(own: InstalledPackage | undefined, from: string, stack: string | undefined): Check {
  if (own === undefined || !canBeLoaded(from)) {
    return failure(
      "package",
      `${packageName} cannot be loaded from ${dirname(from)}, where refresh and destroy look for it`,
      `Run \`npm install ${packageName}\` there, and keep it installed as long as the stack has integrations.`,
    );
  }
  const found = `${packageName} ${own.version} (${own.directory})`;
  if (own.version === packageVersion()) return ok("package", found);
  const doctor = `${ownCommand} doctor${stackOptions({ directory: ".", name: stack })}`;
  return warning(
    "package",
    `${found}, but this command has version ${packageVersion()}`,
    `Run the project's version in its directory: \`${doctor}\`.`,
  );
}

function canBeLoaded(from: string): boolean {
  try {
    return createRequire(from).resolve(`${packageName}/dynamic`) !== "";
  } catch {
    return false;
  }
}

function checkSdk(own: InstalledPackage | undefined, from: string): Check {
  const sdk = packageAt(sdkName, from);
  if (sdk === undefined) {
    const remedy = `Run \`npm install ${sdkName}\` there.`;
    return failure("sdk", `${sdkName} cannot be loaded from ${dirname(from)}`, remedy);
  }
  const ofPackage = own && packageAt(sdkName, join(own.directory, "package.json"));
  if (ofPackage !== undefined && ofPackage.directory !== sdk.directory) {
    const found = `the program has ${sdk.version}, and ${packageName} has ${ofPackage.version}`;
    return failure("sdk", `two copies of ${sdkName}: ${found}`, oneCopy);
  }
  const found = `${sdkName} ${sdk.version} (${sdk.directory})`;
  if (!isOlder(sdk.version, oldestSdk)) return ok("sdk", found);
  const remedy = `Run \`npm install ${sdkName}@latest\` in ${dirname(from)}.`;
  return failure("sdk", `${found} is older than ${oldestSdk}`, remedy);
}

/** Whether the program or the stack needs the plugin, as far as is known. */
export function needsPlugin(project: ProjectFile, inState: boolean): boolean {
  return !isNodeProject(project) || project.pluginPath !== undefined || project.hasPackage || inState;
}

const installPlugin =
  "Install pulumi-pinterest in the project, and name it in Pulumi.yaml: `plugins: { providers: [{ name: pinterest, path: node_modules/.bin }] }`.";

/**
 * Checks where the engine finds the required plugin.
 *
 * @param inState whether the stack has integrations of the plugin.
 */
export function checkPlugin(
  cwd: string,
  { pluginPath, hasPackage }: ProjectFile,
  inState: boolean,
  environment: NodeJS.ProcessEnv,
): Check {
  if (pluginPath !== undefined) {
    const path = resolve(cwd, pluginPath, pluginName);
    if (isProgram(path)) return ok("plugin", path);
    const found = `Pulumi.yaml names ${pluginPath} for the provider plugin, but it has no executable file ${pluginName}`;
    return failure("plugin", found, installPlugin);
  }
  const path = programOnPath(pluginName, withoutNpx(environment)) ?? installedPlugin(environment);
  if (path !== undefined) return ok("plugin", path);
  if (hasPackage) return ok("plugin", "from the packages of Pulumi.yaml");
  const reason = inState
    ? "the stack has integrations of the provider plugin"
    : "the program needs the provider plugin";
  return failure("plugin", `${reason}, but it is neither in Pulumi.yaml nor on PATH`, installPlugin);
}

/** The environment of a shell. npx adds directories to PATH that a later `pulumi up` does not have. */
function withoutNpx(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const directories = (environment.PATH ?? environment.Path ?? "").split(delimiter);
  const own = directories.filter((directory) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(directory));
  return { ...environment, PATH: own.join(delimiter) };
}

/** The plugin in the engine's plugin directory. */
function installedPlugin({
  PULUMI_HOME = join(homedir(), ".pulumi"),
}: NodeJS.ProcessEnv): string | undefined {
  const directory = join(PULUMI_HOME, "plugins");
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const name = names.find((entry) => /^resource-pinterest-v[^.]*\.[^.]*\.[\w.+-]*$/.test(entry));
  return name === undefined ? undefined : join(directory, name);
}
