import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { sync as which } from "which";
import { defined } from "../../provider/base/bag";
import { ifPossible } from "../../provider/base/files";
import { ownCommand, packageVersion } from "../../provider/base/own-package";
import { stackOptions } from "../../provider/base/shell";
import {
  type InstalledPackage,
  isOlder,
  oldestEngine,
  oldestNode,
  oldestSdk,
  oneCopy,
  packageAt,
} from "../../provider/run/installation";
import { engineMessage, plainAddress, runEngine } from "../../stack/engine";
import { isNodeProject, type ProjectFile } from "../../stack/project-file";
import { type Check, failure, ok, warning } from "./checks";

/** Time limit for the version of a program, or for the engine to reach its backend. */
const timeLimitMs = 20_000;

const programs = {
  // The Node.js on PATH runs programs. This command can run on another version.
  node: {
    program: "node",
    argument: "--version",
    oldest: oldestNode,
    remedy: `Install Node.js ${oldestNode} or newer, and put it first on PATH.`,
  },
  engine: {
    program: "pulumi",
    argument: "version",
    oldest: oldestEngine,
    remedy: `Install the Pulumi CLI ${oldestEngine} or newer (https://www.pulumi.com/docs/install), and put it on PATH.`,
  },
} as const;

/** Checks the version of a program on PATH. */
export async function checkProgram(
  id: keyof typeof programs,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Check> {
  const { program, argument, oldest, remedy } = programs[id];
  const path = programOnPath(program, env);
  if (path === undefined) return failure(id, `\`${program}\` is not on PATH`, remedy);
  let version: string | undefined;
  try {
    const { stdout } = await promisify(execFile)(path, [argument], { cwd, env, timeout: timeLimitMs });
    version = /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
  } catch {
    // The check fails below, as for a program that prints something else.
  }
  if (version === undefined) return failure(id, `${path} does not report its version`, remedy);
  const found = `${id === "node" ? "Node.js" : program} ${version} (${path})`;
  return isOlder(version, oldest) ? failure(id, `${found} is too old`, remedy) : ok(id, found);
}

/** Checks whether the engine is logged in to a state backend, for the project in the directory. */
export async function checkBackend(cwd: string, environment: NodeJS.ProcessEnv): Promise<Check> {
  let reason: string;
  try {
    const signal = AbortSignal.timeout(timeLimitMs);
    const { exitCode, stdout, stderr } = await runEngine(["whoami", "--json"], { cwd, environment, signal });
    if (exitCode === 0) {
      const { user, url } = JSON.parse(stdout) as { user?: string; url: string };
      return ok("backend", `state is in ${plainAddress(url)}${user === undefined ? "" : `, for ${user}`}`);
    }
    reason = engineErrors(new Error(stderr));
  } catch (error) {
    const { name, message } = error as Error;
    reason = name === "AbortError" ? `no response within ${timeLimitMs / 1000} s` : message;
  }
  const onProject = stackOptions({ directory: cwd });
  return failure(
    "backend",
    `the engine cannot access its state: ${reason}`,
    `Run \`pulumi login${onProject}\`, or set PULUMI_ACCESS_TOKEN (Pulumi Cloud) or PULUMI_BACKEND_URL (your own backend). ` +
      `If you are logged in, fix the error: \`pulumi whoami${onProject}\` prints it again.`,
  );
}

/** The engine's errors in one line. It often prints the same error twice. */
export function engineErrors(error: unknown): string {
  const lines = engineMessage(error)
    .split("\n")
    .map((line) => line.replace(/^error: /, "").trim());
  return [...new Set(lines)].filter((line) => line !== "").join("; ");
}

/** The path of a program on PATH, as a shell finds it; undefined if it is missing. */
function programOnPath(name: string, { PATH, Path, PATHEXT }: NodeJS.ProcessEnv): string | undefined {
  const path = PATH ?? Path;
  // Without directories, `which` would search the PATH of this process.
  if (!path) return undefined;
  return which(name, { path, ...defined({ pathExt: PATHEXT }), nothrow: true }) ?? undefined;
}

const packageName = "pulumi-pinterest";
const sdkName = "@pulumi/pulumi";
const pluginName = "pulumi-resource-pinterest";

/**
 * Checks the packages that a project's program loads.
 *
 * @param directory the program's.
 * @param stack the name given with --stack.
 */
export function checkPackages(directory: string, stack?: string): Check[] {
  const from = join(directory, "index.js");
  const own = packageAt(packageName, from);
  return [checkPackage(own, from, stack), checkSdk(own, from)];
}

function checkPackage(own: InstalledPackage | undefined, from: string, stack: string | undefined): Check {
  const entry = ifPossible(() => createRequire(from).resolve(`${packageName}/dynamic`));
  if (own === undefined || entry === undefined) {
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
    if (which(path, { nothrow: true }) !== null) return ok("plugin", path);
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
function installedPlugin({ PULUMI_HOME }: NodeJS.ProcessEnv): string | undefined {
  const directory = join(PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const name = names.find((entry) => /^resource-pinterest-v[^.]*\.[^.]*\.[\w.+-]*$/.test(entry));
  return name === undefined ? undefined : join(directory, name);
}
