import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { sync as which } from "which";
import { shellWord } from "../../cli/text/shell";
import { ignoreErrors } from "../../provider/api/async";
import { baseDirectoryVariable, runByFleetVariable } from "../../provider/api/fleet-environment";
import { FleetError } from "../fleet-error";
import { heartbeatSeconds } from "../queue";
import { absoluteBackend } from "./backend";
import { engineMark, guardedEngineVariable, permitVariable, renewedPermit } from "./guard";
import { type DeclaredMerchant, writeShardFile } from "./shard-file";

/** The default project of all shards' stacks. */
export const defaultProject = "pinterest-fleet";

/** The permit: without this file, no engine may run in a workspace. */
const permit = "permit";

/** Prefix of the names of workspaces. */
const prefix = "pulumi-pinterest-fleet-";

/** Time without a heartbeat after which a workspace counts as unused, in milliseconds. */
const abandonedAfterMs = 3_600_000;

interface WorkspaceOptions {
  readonly project: string;
  /** The directory in which the packages are installed: one with node_modules, or a subdirectory of it. */
  readonly directory: string;
  readonly merchants: readonly DeclaredMerchant[];
}

/** A directory in which one engine runs one shard's program. Engines do not share the file of a stack's configuration. */
export interface ShardWorkspace {
  readonly directory: string;
  /** Additional environment of the engine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Directory of `bin/pulumi`, which the Automation API uses as the engine. It ends with this process. */
  readonly engineRoot: string;
  /** Kills the engine that runs in the workspace, within half a second. */
  readonly killEngine: () => void;
}

function makeWorkspace({ project, directory, merchants }: WorkspaceOptions): ShardWorkspace {
  const modules = modulesOf(directory);
  const engine = engineOnPath();
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  const permitFile = join(workspace, permit);
  symlinkSync(modules, join(workspace, "node_modules"), "dir");
  writeFileSync(
    join(workspace, "Pulumi.yaml"),
    JSON.stringify({
      name: project,
      runtime: { name: "nodejs", options: { typescript: false } },
      main: "index.js",
    }),
  );
  writeFileSync(join(workspace, "index.js"), 'require("pulumi-pinterest/fleet").declareShard();\n');
  writeFileSync(permitFile, renewedPermit());
  mkdirSync(join(workspace, "engine/bin"), { recursive: true });
  writeFileSync(join(workspace, "engine/bin/pulumi"), guardScript(), { mode: 0o755 });
  return {
    directory: workspace,
    environment: {
      ...writeShardFile(join(workspace, "merchants"), merchants),
      ...absoluteBackend(directory),
      [guardedEngineVariable]: engine,
      [permitVariable]: permitFile,
      [baseDirectoryVariable]: resolve(directory),
      [runByFleetVariable]: "true",
    },
    engineRoot: join(workspace, "engine"),
    killEngine: () => rmSync(permitFile, { force: true }),
  };
}

/** @throws FleetError if the packages or the engine are missing. */
export function assertWorkspacePossible(directory: string): void {
  modulesOf(directory);
  engineOnPath();
}

/** Without this heartbeat, the guard kills the engine. */
function renewPermit(workspace: string): void {
  try {
    writeFileSync(join(workspace, permit), renewedPermit(), { flag: "r+" });
  } catch {
    // killEngine has deleted the permit.
  }
}

/** The workspaces of this machine that killed processes have left. */
export function abandonedWorkspaces(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name))
    .filter(isAbandoned);
}

function isAbandoned(workspace: string): boolean {
  try {
    const { uid, mtimeMs } = statSync(workspace);
    // Skip those of other users.
    if (process.getuid !== undefined && uid !== process.getuid()) return false;
    const permitted = statSync(join(workspace, permit), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - Math.max(mtimeMs, permitted) > abandonedAfterMs;
  } catch {
    // It was deleted in the meantime.
    return false;
  }
}

/**
 * The program that the Automation API uses as the engine: a guard in its own session. Otherwise, a signal to the worker's process group
 * would also end the guard, and Ctrl-C in a terminal would reach the engine twice, which then ends at once.
 */
function guardScript(): string {
  const guard = [process.execPath, join(__dirname, "guard.js")].map(shellWord).join(" ");
  return `#!/bin/sh
if command -v setsid > /dev/null; then exec setsid ${guard} "$@"; fi
exec perl -MPOSIX=setsid -e 'setsid(); exec @ARGV' ${guard} "$@"
`;
}

function modulesOf(directory: string): string {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(join(modules, "pulumi-pinterest/package.json"))) return modules;
    if (folder === dirname(folder)) break;
  }
  throw new FleetError(
    `pulumi-pinterest is not installed in ${resolve(directory)} or above: run \`npm install pulumi-pinterest @pulumi/pulumi\` there, ` +
      "or name the directory with --cwd",
  );
}

function engineOnPath(): string {
  const found = which("pulumi", { nothrow: true });
  if (found === null)
    throw new FleetError("the Pulumi CLI is not on PATH: install it (https://www.pulumi.com/docs/install/)");
  return resolve(found);
}

interface WithWorkspaceOptions extends WorkspaceOptions {
  /** Kills the engine at once. */
  readonly kill?: AbortSignal | undefined;
  readonly onHeartbeat?: (() => void) | undefined;
  /** Called at the end if an engine was killed or could not unlock its stack. */
  readonly onLeftLocked?: (() => void) | undefined;
}

/**
 * Runs engines in a workspace that exists during the action, and only while this process lives.
 *
 * @throws FleetError if the packages or the engine are missing; the reason of `kill` if it was aborted before.
 */
export async function withWorkspace<T>(
  options: WithWorkspaceOptions,
  action: (workspace: ShardWorkspace) => Promise<T>,
): Promise<T> {
  const { kill, onHeartbeat = () => {}, onLeftLocked = () => {} } = options;
  kill?.throwIfAborted();
  const workspace = makeWorkspace(options);
  const { directory, killEngine } = workspace;
  kill?.addEventListener("abort", killEngine, { once: true });
  const sendHeartbeat = ignoreErrors(onHeartbeat);
  const heartbeat = setInterval(() => {
    renewPermit(directory);
    sendHeartbeat(undefined);
  }, heartbeatSeconds * 1_000);
  try {
    return await action(workspace);
  } finally {
    clearInterval(heartbeat);
    kill?.removeEventListener("abort", killEngine);
    // For engines that have ended by themselves and have unlocked their stack, the guard has deleted the mark.
    if (readdirSync(directory).some((name) => name.startsWith(engineMark(permit)))) onLeftLocked();
    rmSync(directory, { recursive: true, force: true });
  }
}
