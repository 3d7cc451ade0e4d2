import { execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { promisify } from "node:util";
import { sync as which } from "which";
import { isOlder, oldestEngine, oldestNode } from "../../provider/runtime/installation";
import { engineMessage, plainAddress, runEngine } from "../stack/engine";
import { stackOptions } from "../text/shell";
import { type Check, failure, ok, warning } from "./check";

/** Time limit for the version of a program, or for the engine to reach its backend, in milliseconds. */
const timeLimitMs = 20_000;

const installNode = `Install Node.js ${oldestNode} or newer, and put it first on PATH.`;
const installEngine = `Install the Pulumi CLI ${oldestEngine} or newer (https://www.pulumi.com/docs/install), and put it on PATH.`;

/** Checks the Node.js on PATH, which runs programs. This command can run on another one. */
export async function checkNode(cwd: string, environment: NodeJS.ProcessEnv): Promise<Check> {
  const path = programOnPath("node", environment);
  if (path === undefined) {
    return failure("node", "`node` is not on PATH, where the engine looks for it", installNode);
  }
  const version = await versionOf(path, "--version", cwd, environment);
  if (version === undefined) return failure("node", `${path} does not report its version`, installNode);
  const found = `Node.js ${version} (${path})`;
  return isOlder(version, oldestNode)
    ? failure("node", `${found} is too old`, installNode)
    : ok("node", found);
}

interface EngineFindings {
  readonly checks: readonly Check[];
  /** Whether the engine can answer further questions. */
  readonly canRun: boolean;
}

/**
 * Checks the engine, and the language host that runs programs.
 *
 * @param runtime of the project.
 */
export async function checkEngine(
  cwd: string,
  environment: NodeJS.ProcessEnv,
  runtime = "nodejs",
): Promise<EngineFindings> {
  const path = programOnPath("pulumi", environment);
  if (path === undefined) {
    return { checks: [failure("engine", "`pulumi` is not on PATH", installEngine)], canRun: false };
  }
  const version = await versionOf(path, "version", cwd, environment);
  if (version === undefined) {
    const check = failure("engine", `${path} does not report its version`, installEngine);
    return { checks: [check], canRun: false };
  }
  const found = `pulumi ${version} (${path})`;
  const engine = isOlder(version, oldestEngine)
    ? failure("engine", `${found} is too old`, installEngine)
    : ok("engine", found);
  return { checks: [engine, checkLanguageHost(path, runtime, environment)], canRun: true };
}

async function versionOf(
  program: string,
  argument: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, [argument], { cwd, env, timeout: timeLimitMs });
    return /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

function checkLanguageHost(engine: string, runtime: string, environment: NodeJS.ProcessEnv): Check {
  const name = `pulumi-language-${runtime}`;
  const path = programNextTo(engine, name, environment);
  return path === undefined
    ? warning(
        "language-host",
        `\`${name}\` is neither next to pulumi nor on PATH`,
        "Install a release of Pulumi, which contains it. Without it, the program does not run.",
      )
    : ok("language-host", path);
}

/** Checks whether the engine is logged in to a state backend, for the project in the directory. */
export async function checkBackend(cwd: string): Promise<Check> {
  let reason: string;
  try {
    const signal = AbortSignal.timeout(timeLimitMs);
    const { exitCode, stdout, stderr } = await runEngine(["whoami", "--json"], { cwd, signal });
    if (exitCode === 0) {
      const { user, url } = JSON.parse(stdout) as { user?: string; url: string };
      return ok("backend", `state is in ${plainAddress(url)}${user === undefined ? "" : `, for ${user}`}`);
    }
    reason = engineErrors(new Error(stderr));
  } catch (error) {
    const { name, message } = error as Error;
    reason = name === "AbortError" ? `no answer within ${timeLimitMs / 1000} s` : message;
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

/**
 * The path of a program on PATH, as a shell finds it; undefined if it is missing.
 *
 * @param first directories to search before those of PATH.
 */
export function programOnPath(
  name: string,
  { PATH, Path, PATHEXT }: NodeJS.ProcessEnv,
  first: readonly string[] = [],
): string | undefined {
  const directories = [...first, ...(PATH ?? Path ?? "").split(delimiter)].filter((path) => path !== "");
  // Without directories, `which` would search the PATH of this process.
  if (directories.length === 0) return undefined;
  const options = {
    path: directories.join(delimiter),
    ...(PATHEXT === undefined ? {} : { pathExt: PATHEXT }),
  };
  return which(name, { ...options, nothrow: true }) ?? undefined;
}

/** The path of a program that another one finds next to itself or on PATH. */
function programNextTo(path: string, name: string, environment: NodeJS.ProcessEnv): string | undefined {
  return programOnPath(name, environment, [dirname(path), dirname(realpathSync(path))]);
}

/** Whether an absolute path is a file that this process can run. */
export function isProgram(path: string): boolean {
  return which(path, { nothrow: true }) !== null;
}
