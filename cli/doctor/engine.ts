import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sync as which } from "which";
import { isOlder, oldestEngine, oldestNode } from "../../provider/runtime/installation";
import { engineMessage, plainAddress, runEngine } from "../stack/engine";
import { stackOptions } from "../text/shell";
import { type Check, failure, ok } from "./check";

/** Time limit for the version of a program, or for the engine to reach its backend, in milliseconds. */
const timeLimitMs = 20_000;

/** Checks the Node.js on PATH, which runs programs. This command can run on another one. */
export function checkNode(cwd: string, environment: NodeJS.ProcessEnv): Promise<Check> {
  const remedy = `Install Node.js ${oldestNode} or newer, and put it first on PATH.`;
  return checkVersion("node", ["node", "--version"], oldestNode, remedy, cwd, environment);
}

/** Checks the Pulumi CLI. */
export function checkEngine(cwd: string, environment: NodeJS.ProcessEnv): Promise<Check> {
  const remedy = `Install the Pulumi CLI ${oldestEngine} or newer (https://www.pulumi.com/docs/install), and put it on PATH.`;
  return checkVersion("engine", ["pulumi", "version"], oldestEngine, remedy, cwd, environment);
}

async function checkVersion(
  id: "node" | "engine",
  [program, argument]: readonly [string, string],
  oldest: string,
  remedy: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Check> {
  const path = programOnPath(program, env);
  if (path === undefined) return failure(id, `\`${program}\` is not on PATH`, remedy);
  let version: string | undefined;
  try {
    const { stdout } = await promisify(execFile)(path, [argument], { cwd, env, timeout: timeLimitMs });
    version = /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
  } catch {}
  if (version === undefined) return failure(id, `${path} does not report its version`, remedy);
  const found = `${id === "node" ? "Node.js" : program} ${version} (${path})`;
  return isOlder(version, oldest) ? failure(id, `${found} is too old`, remedy) : ok(id, found);
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

/** The path of a program on PATH, as a shell finds it; undefined if it is missing. */
export function programOnPath(name: string, { PATH, Path, PATHEXT }: NodeJS.ProcessEnv): string | undefined {
  const path = PATH ?? Path;
  // Without directories, `which` would search the PATH of this process.
  if (!path) return undefined;
  return (
    which(name, { path, ...(PATHEXT === undefined ? {} : { pathExt: PATHEXT }), nothrow: true }) ?? undefined
  );
}

/** Whether an absolute path is a file that this process can run. */
export function isProgram(path: string): boolean {
  return which(path, { nothrow: true }) !== null;
}
