import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { baseDirectoryVariable } from "../../provider/api/base-directory";
import { runByFleetVariable } from "../../provider/api/run-by-fleet";
import { shellWord } from "../../provider/runtime/shell-word";
import { FleetError } from "../fleet-error";
import { absoluteBackend } from "./absolute-backend";
import { guardedEngineVariable, permitVariable, underWayMark } from "./guard";
import { type DeclaredMerchant, writeShardFile } from "./shard-file";

/** The project of all shards' stacks, unless another name is given. */
export const defaultProject = "pinterest-fleet";

/** The file without which no engine may run in a workspace. */
const permit = "permit";

/** What the names of workspaces begin with. */
const prefix = "pulumi-pinterest-fleet-";

/** After so long without a sign of life, in milliseconds, nobody uses a workspace any more. */
const leftAfter = 3_600_000;

export interface WorkspaceOptions {
  readonly project: string;
  /** Where the packages are installed: a directory with node_modules, or one below it. */
  readonly directory: string;
  readonly merchants: readonly DeclaredMerchant[];
}

/** A directory in which one engine runs one shard's program. Of its own, so that engines share no file of a stack's configuration. */
export class ShardWorkspace {
  private constructor(
    readonly directory: string,
    /** What the engine has to be told beside its own environment. */
    readonly environment: Readonly<Record<string, string>>,
    /** Where `bin/pulumi` is, which ends with this process: the Automation API takes it for the engine. */
    readonly engineRoot: string,
  ) {}

  /** @throws FleetError where the packages, or the engine, are not found. */
  static make({ project, directory, merchants }: WorkspaceOptions): ShardWorkspace {
    const modules = modulesOf(directory);
    const engine = engineOnPath();
    const workspace = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
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
    const environment = writeShardFile(join(workspace, "merchants"), merchants);
    writeFileSync(join(workspace, permit), "");
    mkdirSync(join(workspace, "engine/bin"), { recursive: true });
    writeFileSync(join(workspace, "engine/bin/pulumi"), guardScript(), { mode: 0o755 });
    return new ShardWorkspace(
      workspace,
      {
        ...environment,
        ...absoluteBackend(directory),
        [guardedEngineVariable]: engine,
        [permitVariable]: join(workspace, permit),
        [baseDirectoryVariable]: resolve(directory),
        [runByFleetVariable]: "true",
      },
      join(workspace, "engine"),
    );
  }

  /** @throws FleetError where the packages, or the engine, are not found. */
  static assertPossible(directory: string): void {
    modulesOf(directory);
    engineOnPath();
  }

  /** Says that whoever runs the engine is alive: without it the guard kills the engine. */
  renewPermit(): void {
    const now = new Date();
    try {
      utimesSync(join(this.directory, permit), now, now);
    } catch {
      // It was taken back.
    }
  }

  /** Has the engine that runs in it killed, within half a second. */
  takeBackPermit(): void {
    rmSync(join(this.directory, permit), { force: true });
  }

  /** Whether an engine was killed, or could not end its lock: its guard takes the mark away of any other. */
  mayHaveLeftLock(): boolean {
    return readdirSync(this.directory).some((name) => name.startsWith(underWayMark(permit)));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The workspaces of this machine that processes have left which were killed. */
export function leftWorkspaces(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name))
    .filter(isLeft);
}

function isLeft(workspace: string): boolean {
  try {
    const { uid, mtimeMs } = statSync(workspace);
    // Those of others are theirs.
    if (process.getuid !== undefined && uid !== process.getuid()) return false;
    const permitted = statSync(join(workspace, permit), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - Math.max(mtimeMs, permitted) > leftAfter;
  } catch {
    // It was taken away at this moment.
    return false;
  }
}

/**
 * What the Automation API takes for the engine: its guard, in a session of its own. What ends all of a worker's process group at once would
 * end the guard with it otherwise; and Ctrl-C at a terminal would reach the engine twice, which then ends at once.
 */
function guardScript(): string {
  const guard = [process.execPath, join(__dirname, "guard-main.js")].map(shellWord).join(" ");
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
  const places = (process.env.PATH ?? "").split(delimiter).filter((place) => place !== "");
  const found = places.map((place) => join(place, "pulumi")).find((file) => existsSync(file));
  if (found === undefined)
    throw new FleetError("the Pulumi CLI is not on PATH: install it (https://www.pulumi.com/docs/install/)");
  return resolve(found);
}
