import { existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseIfJson } from "../../provider/base/json";
import { backendDirectory } from "../../stack/state";
import { FleetError, optionalPackage } from "../fleet-error";

/**
 * Erases the earlier states in a backend: one for each change in the history, and the backup of the last one. Each contains the encrypted
 * secrets of all merchants of that time. The engine has a command only for whole stacks.
 *
 * @param backend the value of PULUMI_BACKEND_URL.
 * @returns the names under which another backend than PostgreSQL or a directory keeps them; empty if they were erased.
 * @throws FleetError if the backend cannot be reached.
 */
export async function eraseEarlierStates(
  backend: string | undefined,
  project: string,
  stack: string,
): Promise<readonly string[]> {
  const folders = ["history", "backups"].map((kind) => `.pulumi/${kind}/${project}/${stack}/`);
  const state = statePath(project, stack);
  // Plain or compressed.
  const files = ["", ".gz", ".zst"].map((ending) => `${state}${ending}.bak`);
  const places = [...folders, ...files];
  try {
    // Only directories have the kept state.
    return (await eraseInBackend(backend, [...places, `${state}${keptEnding}`])) ? [] : places;
  } catch (error) {
    throw new FleetError(
      `the earlier states of ${stack} could not be erased: ${(error as Error).message}. Run the command again`,
    );
  }
}

/**
 * Erases files, and folders whose names end with `/`, in a directory or PostgreSQL.
 *
 * @returns false if the backend is neither of them.
 * @throws Error if they cannot be erased.
 */
export async function eraseInBackend(
  backend: string | undefined,
  places: readonly string[],
): Promise<boolean> {
  if (/^postgres(ql)?:\/\//.test(backend ?? "")) await eraseInPostgres(backend as string, places);
  else if (backend?.startsWith("file://")) {
    const directory = backendDirectory(backend);
    for (const place of places) rmSync(join(directory, place), { recursive: true, force: true });
  } else return false;
  return true;
}

async function eraseInPostgres(backend: string, places: readonly string[]): Promise<void> {
  const { Client } = await optionalPackage(() => import("pg"));
  const url = new URL(backend);
  // The engine uses the name unquoted, so it can also name a schema.
  const table = url.searchParams.get("table") || "pulumi_state";
  if (!/^[a-z_][\w$]*(\.[a-z_][\w$]*)?$/i.test(table))
    throw new Error(`'${table}' is not a valid table name. Correct \`?table=\` in PULUMI_BACKEND_URL`);
  // The engine uses the database's name as a folder, like the path of a bucket's address.
  const folder = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
  const keys = places.map((place) => (folder === "" ? place : `${folder}/${place}`));
  url.searchParams.delete("table");
  const client = new Client({ connectionString: url.href });
  try {
    await client.connect();
    await client.query(
      `delete from ${table}
        where key = any($1) or exists (select from unnest($1::text[]) as place where place like '%/' and starts_with(key, place))`,
      [keys],
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/** Path of a stack's state in a backend. */
function statePath(project: string, stack: string): string {
  return `.pulumi/stacks/${project}/${stack}.json`;
}

/** Path of a stack's locks in a backend. */
export function locksPath(project: string, stack: string): string {
  return `.pulumi/locks/organization/${project}/${stack}/`;
}

/** Ending of the state that {@link keepState} keeps. The engine ignores such files, like its own `.bak`. */
const keptEnding = ".kept";

/**
 * Keeps a stack's state in a directory, and restores it if an engine has truncated the file. If the disk is full, gocloud.dev replaces a file
 * by an incomplete one (`WriteAll` in blob/blob.go), and the engine's `.bak` can be older than the last update. The stack is then as if that
 * engine had been killed. Also deletes truncated files of attributes, which the engine does not need, and of locks, with which each command fails.
 * Call it before and after an engine runs.
 */
export function keepState(
  { PULUMI_BACKEND_URL: backend }: NodeJS.ProcessEnv,
  project: string,
  stack: string,
): void {
  if (!backend?.startsWith("file://")) return;
  const directory = backendDirectory(backend);
  const file = join(directory, statePath(project, stack));
  const locks = join(directory, locksPath(project, stack));
  const kept = `${file}${keptEnding}`;
  try {
    const lockFiles = existsSync(locks) ? readdirSync(locks).map((name) => join(locks, name)) : [];
    for (const disposable of [`${file}.attrs`, ...lockFiles]) if (isTruncated(disposable)) rmSync(disposable);
    if (isTruncated(file)) {
      if (!existsSync(kept)) return;
      renameSync(kept, file);
    }
    rmSync(kept, { force: true });
    // A link takes no space. The engine does not change the file, but replaces it.
    if (existsSync(file)) linkSync(file, kept);
  } catch {
    // The engine reports if it cannot access the directory. Some file systems have no links.
  }
}

function isTruncated(file: string): boolean {
  return existsSync(file) && parseIfJson(readFileSync(file, "utf8")) === undefined;
}

/**
 * The environment with an absolute path of a directory backend. A relative path starts at the directory of the packages, not at the working
 * directory of the shard's engine.
 */
export function withAbsoluteBackend(directory: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PULUMI_BACKEND_URL: address = "" } = environment;
  const [, path, parameters = ""] = /^file:\/\/((?![/~])[^?]*)(\?.*)?$/.exec(address) ?? [];
  if (path === undefined) return environment;
  return { ...environment, PULUMI_BACKEND_URL: `file://${resolve(directory, path)}${parameters}` };
}
