import { rmSync } from "node:fs";
import { join } from "node:path";
import { backendDirectory } from "../../cli/stacks/backend-directory";
import { optionalPackage } from "../optional-package";

/** Where one of the engine's own backends keeps something, in whatever it is: a bucket, a directory or a table. */
export interface Places {
  /** All whose names begin so. */
  readonly prefixes: readonly string[];
  readonly files: readonly string[];
}

/**
 * Erases what the engine has no command for.
 *
 * @param backend as PULUMI_BACKEND_URL has it: postgres:// and file:// can be erased in.
 * @returns whether this is a backend that can be erased in; in any other nothing was done.
 * @throws Error where the backend cannot be reached.
 */
export async function eraseInBackend(backend: string | undefined, places: Places): Promise<boolean> {
  if (/^postgres(ql)?:\/\//.test(backend ?? "")) await eraseInPostgres(backend as string, places);
  else if (backend?.startsWith("file://")) eraseInDirectory(backendDirectory(backend), places);
  else return false;
  return true;
}

async function eraseInPostgres(backend: string, { prefixes, files }: Places): Promise<void> {
  const { Client } = await optionalPackage(() => import("pg"));
  const url = new URL(backend);
  // The engine has it in its statements as it is given, so that it may name a schema too.
  const table = url.searchParams.get("table") || "pulumi_state";
  if (!/^[a-z_][\w$]*(\.[a-z_][\w$]*)?$/i.test(table)) throw new Error(`'${table}' is no name of a table`);
  // The engine takes the database's name for a folder, as it takes an address's path below a bucket.
  const folder = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
  const inFolder = (names: readonly string[]) =>
    names.map((name) => (folder === "" ? name : `${folder}/${name}`));
  url.searchParams.delete("table");
  const client = new Client({ connectionString: url.href });
  try {
    await client.connect();
    await client.query(
      `delete from ${table}
        where key = any($1) or exists (select from unnest($2::text[]) as prefix where starts_with(key, prefix))`,
      [inFolder(files), inFolder(prefixes)],
    );
  } finally {
    await client.end().catch(() => {});
  }
}

function eraseInDirectory(directory: string, { prefixes, files }: Places): void {
  for (const place of [...prefixes, ...files])
    rmSync(join(directory, place), { recursive: true, force: true });
}
