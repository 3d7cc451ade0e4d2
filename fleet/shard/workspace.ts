import fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { sync as which } from "which";
import { ignoreErrors } from "../../provider/base/async";
import { shellWord } from "../../provider/base/shell";
import { formatRunContext, type Invocation } from "../../provider/run/run-context";
import { FleetError } from "../fleet-error";
import { heartbeatSeconds } from "../store/queue";
import { withAbsoluteBackend } from "./backend";
import { engineMark, guardedEngineVariable, permitVariable, renewedPermit } from "./guard";
import type { RunShardOptions } from "./options";
import { writeShardFile } from "./shard-file";

/** The environment, run context and directory of a fleet's engines. */
export interface FleetInvocation extends Invocation {
  /** The directory in which the packages are installed. Relative paths of the configuration start there. */
  readonly directory: string;
}

/** @param requestLimiter the socket of the worker's request limiter. @default no limit */
export function fleetInvocation(
  directory: string,
  environment: NodeJS.ProcessEnv,
  requestLimiter?: string,
): FleetInvocation {
  const context = { declaredIn: "merchant list", baseDirectory: resolve(directory) } as const;
  return {
    directory,
    environment,
    context: requestLimiter === undefined ? context : { ...context, requestLimiter },
  };
}

interface WorkspaceOptions extends Pick<RunShardOptions, "merchants" | "kill" | "onLeftLocked"> {
  readonly project: string;
  readonly invocation: FleetInvocation;
}

/** A directory in which one engine runs one shard's program. Engines do not share the file of a stack's configuration. */
export interface ShardWorkspace {
  readonly directory: string;
  readonly invocation: FleetInvocation;
  /** The environment of the engine. */
  readonly environment: NodeJS.ProcessEnv;
  /** Directory of `bin/pulumi`, which the Automation API uses as the engine. It ends with this process. */
  readonly engineRoot: string;
  /** Kills the engine that runs in the workspace, within half a second. */
  readonly killEngine: () => void;
}

/**
 * Runs engines in a workspace that exists during the action, and only while this process lives.
 *
 * @throws FleetError if the packages or the engine are missing; the reason of `kill` if it was aborted before.
 */
export async function withWorkspace<T>(
  options: WorkspaceOptions,
  action: (workspace: ShardWorkspace) => Promise<T>,
): Promise<T> {
  const { project, merchants, kill, invocation, onLeftLocked = () => {} } = options;
  kill?.throwIfAborted();
  const { modules, engine } = assertWorkspacePossible(invocation);
  const directory = fs.realpathSync(makeTemporaryDirectory());
  // Without this file, no engine may run in the workspace. Its content is renewed as a heartbeat.
  const permit = join(directory, "permit");
  const killEngine = () => fs.rmSync(permit, { force: true });
  kill?.addEventListener("abort", killEngine, { once: true });
  const sendHeartbeat = ignoreErrors(() => {
    markUsed(directory);
    // If killEngine has deleted the permit, it stays so. The guard must never read an empty file.
    if (fs.existsSync(permit)) fs.writeFileSync(permit, renewedPermit(), { flag: "r+" });
  });
  const heartbeat = setInterval(sendHeartbeat, heartbeatSeconds * 1_000, undefined);
  try {
    fs.symlinkSync(modules, join(directory, "node_modules"), "dir");
    const runtime = { name: "nodejs", options: { typescript: false } };
    fs.writeFileSync(
      join(directory, "Pulumi.yaml"),
      JSON.stringify({ name: project, runtime, main: "index.js" }),
    );
    // The SDK records a stack trace of each promise, which would take a fifth of the program's time.
    const program = 'Error.stackTraceLimit = 0;\nrequire("pulumi-pinterest/fleet").declareShard();\n';
    fs.writeFileSync(join(directory, "index.js"), program);
    fs.writeFileSync(permit, renewedPermit());
    fs.mkdirSync(join(directory, "engine/bin"), { recursive: true });
    fs.writeFileSync(join(directory, "engine/bin/pulumi"), guardScript(), { mode: 0o755 });
    const environment = {
      ...withAbsoluteBackend(invocation.directory, invocation.environment),
      ...writeShardFile(join(directory, "merchants"), merchants),
      ...formatRunContext(invocation.context),
      [guardedEngineVariable]: engine,
      [permitVariable]: permit,
    };
    const engineRoot = join(directory, "engine");
    return await action({ directory, invocation, environment, engineRoot, killEngine });
  } finally {
    clearInterval(heartbeat);
    kill?.removeEventListener("abort", killEngine);
    // For engines that have ended by themselves and have unlocked their stack, the guard has deleted the mark.
    if (fs.readdirSync(directory).some((name) => name.startsWith(engineMark("permit")))) onLeftLocked();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

export const engineMissing =
  "the Pulumi CLI is not on PATH. Install it: https://www.pulumi.com/docs/install/";

/** The directory of the packages and the path of the engine. @throws FleetError if one of them is missing, and on Windows. */
export function assertWorkspacePossible(
  { directory, environment }: FleetInvocation,
  platform = process.platform,
): {
  modules: string;
  engine: string;
} {
  // The guard needs sessions and signals.
  if (platform === "win32")
    throw new FleetError(
      "merchants of a fleet cannot be deployed on Windows: run the worker on Linux or macOS, for example in WSL or a container",
    );
  const engine = which("pulumi", { nothrow: true, path: environment.PATH ?? "" });
  if (engine === null) throw new FleetError(engineMissing);
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (fs.existsSync(join(modules, "pulumi-pinterest/package.json")))
      return { modules, engine: resolve(engine) };
    if (folder === dirname(folder)) break;
  }
  throw new FleetError(
    `pulumi-pinterest is not installed in ${resolve(directory)} or above: run \`npm install pulumi-pinterest @pulumi/pulumi\` there, ` +
      "or name the directory with --cwd",
  );
}

/**
 * The program that runs as the engine: a guard in its own session. Otherwise, a signal to the worker's process group would also end the
 * guard, and Ctrl-C in a terminal would reach the engine twice, which then ends at once.
 */
function guardScript(): string {
  const guard = [process.execPath, join(__dirname, "guard.js")].map(shellWord).join(" ");
  return `#!/bin/sh
if command -v setsid > /dev/null; then exec setsid ${guard} "$@"; fi
exec perl -MPOSIX=setsid -e 'setsid(); exec @ARGV' ${guard} "$@"
`;
}

/** Prefix of the names of workers' temporary directories. */
const prefix = "pulumi-pinterest-fleet-";

/** Least free space for a shard's files: its merchants, the engine's events and the provider's reports. */
const neededBytes = 10_000_000;

/** @throws FleetError if a shard's files have no space in the temporary directory. */
export function assertTemporaryDirectory(): void {
  const problem = problemOfDirectory(tmpdir());
  if (problem === undefined) return;
  throw new FleetError(
    `the temporary directory ${tmpdir()} on ${hostname()} ${problem}, so that this worker would fail all shards. Free space there, or set ` +
      "TMPDIR to another directory, and start the worker again",
  );
}

function problemOfDirectory(directory: string): string | undefined {
  try {
    fs.accessSync(directory, fs.constants.W_OK);
    const { bavail, bsize } = fs.statfsSync(directory);
    return bavail * bsize < neededBytes ? `has less than ${neededBytes / 1e6} MB of free space` : undefined;
  } catch (error) {
    return `cannot be written (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** Creates a temporary directory. Other workers delete it unless it is marked as used every hour. */
export function makeTemporaryDirectory(): string {
  return fs.mkdtempSync(join(tmpdir(), prefix));
}

export function markUsed(directory: string): void {
  fs.utimesSync(directory, new Date(), new Date());
}

/** Deletes the temporary directories that killed processes have left on this machine. */
export function removeAbandonedDirectories(): void {
  for (const name of fs.readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    const directory = join(tmpdir(), name);
    const { uid, mtimeMs } = fs.statSync(directory, { throwIfNoEntry: false }) ?? {};
    // Skip those of other users, and those that were deleted in the meantime.
    if (mtimeMs === undefined || (process.getuid !== undefined && uid !== process.getuid())) continue;
    if (Date.now() - mtimeMs > 3_600_000) fs.rmSync(directory, { recursive: true, force: true });
  }
}
