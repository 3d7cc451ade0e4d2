import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isOlder, oldestNode } from "../../provider/runtime/installation";
import { type Check, failure, ok } from "./check";
import { programOnPath } from "./find-program";
import { patienceMs } from "./run-bounded";

/** Checks the Node.js on PATH, which runs programs. This command can run on another one. */
export async function checkNode(cwd: string, environment: NodeJS.ProcessEnv): Promise<Check> {
  const needed = `Install Node.js ${oldestNode} or newer, and put it first on PATH.`;
  const path = programOnPath("node", environment);
  if (path === undefined) {
    return failure("node", "`node` is not on PATH, where the engine looks for it", needed);
  }
  const version = await versionOf(path, cwd, environment);
  if (version === undefined) return failure("node", `${path} does not report its version`, needed);
  const found = `Node.js ${version} (${path})`;
  return isOlder(version, oldestNode) ? failure("node", `${found} is too old`, needed) : ok("node", found);
}

async function versionOf(
  path: string,
  cwd: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    const options = { cwd, env: environment, timeout: patienceMs };
    const { stdout } = await promisify(execFile)(path, ["--version"], options);
    return /^v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
