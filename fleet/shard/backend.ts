import { existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { ifPossible } from "../../provider/base/files";
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
  const states = statePaths(project, stack);
  const places = [...folders, ...states.map((state) => `${state}.bak`)];
  // Only directories have kept states.
  const kept = states.map((state) => `${state}${keptEnding}`);
  try {
    return (await eraseInBackend(backend, [...places, ...kept])) ? [] : places;
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
    // The files are erased, or the error above is thrown. A connection that cannot be closed changes neither.
    await client.end().catch(() => {});
  }
}

/** Paths that a stack's state can have in a backend: plain, or compressed (PULUMI_DIY_BACKEND_GZIP, PULUMI_DIY_BACKEND_ZSTD). */
function statePaths(project: string, stack: string): string[] {
  return ["", ".gz", ".zst"].map((ending) => `.pulumi/stacks/${project}/${stack}.json${ending}`);
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
  const locks = join(directory, locksPath(project, stack));
  try {
    const lockFiles = existsSync(locks) ? readdirSync(locks).map((name) => join(locks, name)) : [];
    for (const file of lockFiles) if (isTruncated(file)) rmSync(file);
    for (const path of statePaths(project, stack)) keepFile(join(directory, path));
  } catch {
    // The engine reports if it cannot access the directory. Some file systems have no links.
  }
}

function keepFile(file: string): void {
  const kept = `${file}${keptEnding}`;
  const attributes = `${file}.attrs`;
  if (isTruncated(attributes)) rmSync(attributes);
  if (isTruncated(file)) {
    if (!existsSync(kept)) return;
    renameSync(kept, file);
  }
  rmSync(kept, { force: true });
  // A link takes no space. The engine does not change the file, but replaces it.
  if (existsSync(file)) linkSync(file, kept);
}

const decompressions: Readonly<Record<string, (data: Buffer) => Buffer>> = {
  ".gz": gunzipSync,
  ".zst": zstdDecompressSync,
};

/** Whether a file exists and is not a complete JSON document. */
function isTruncated(file: string): boolean {
  if (!existsSync(file)) return false;
  const data = readFileSync(file);
  const text = ifPossible(() => String(decompressions[extname(file)]?.(data) ?? data));
  return text === undefined || parseIfJson(text) === undefined;
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
