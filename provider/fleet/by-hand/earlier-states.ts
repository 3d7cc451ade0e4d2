import { rmSync } from "node:fs";
import { join } from "node:path";
import { backendDirectory } from "../../stacks/backend-directory";
import { FleetError } from "../fleet-error";
import { optionalPackage } from "../optional-package";

/**
 * What became of a stack's earlier states: erased, or kept by a backend that this package cannot erase them in, under the names given.
 */
export type Erased =
  | { readonly kind: "erased" }
  | { readonly kind: "kept"; readonly where: readonly string[] };

/**
 * Erases the states that a backend keeps from before: one a change in its history, and the last one. Each has the secrets of all who were
 * in the stack then, encrypted. The engine has no command for it but for whole stacks.
 *
 * @param backend as PULUMI_BACKEND_URL has it: postgres:// and file:// can be erased in.
 * @throws FleetError where the backend cannot be reached.
 */
export async function eraseEarlierStates(
  backend: string | undefined,
  project: string,
  stack: string,
): Promise<Erased> {
  const places = placesOf(project, stack);
  if (/^postgres(ql)?:\/\//.test(backend ?? "")) await eraseInPostgres(backend as string, places);
  else if (backend?.startsWith("file://")) eraseInDirectory(backendDirectory(backend), places);
  else return { kind: "kept", where: [...places.prefixes, ...places.files] };
  return { kind: "erased" };
}

interface Places {
  readonly prefixes: readonly string[];
  readonly files: readonly string[];
}

/** Where the engine's own backends keep them, in whatever they are: a bucket, a directory or a table. */
function placesOf(project: string, stack: string): Places {
  const state = `.pulumi/stacks/${project}/${stack}.json`;
  return {
    prefixes: ["history", "backups"].map((kind) => `.pulumi/${kind}/${project}/${stack}/`),
    // As it is, or compressed.
    files: ["", ".gz", ".zst"].map((ending) => `${state}${ending}.bak`),
  };
}

async function eraseInPostgres(backend: string, { prefixes, files }: Places): Promise<void> {
  const { Client, escapeIdentifier } = await optionalPackage(() => import("pg"));
  const url = new URL(backend);
  const table = url.searchParams.get("table") ?? "pulumi_state";
  // The engine takes the database's name for a folder, as it takes an address's path below a bucket.
  const folder = url.pathname.replace(/^\/+/, "");
  const inFolder = (places: readonly string[]) =>
    places.map((place) => (folder === "" ? place : `${folder}/${place}`));
  url.searchParams.delete("table");
  const client = new Client({ connectionString: url.href });
  try {
    await client.connect();
    await client.query(
      `delete from ${escapeIdentifier(table)}
        where key = any($1) or exists (select from unnest($2::text[]) as prefix where starts_with(key, prefix))`,
      [inFolder(files), inFolder(prefixes)],
    );
  } catch (error) {
    throw new FleetError(
      `the earlier states of ${prefixes[0]} could not be erased: ${(error as Error).message}; run the same again`,
    );
  } finally {
    await client.end().catch(() => {});
  }
}

function eraseInDirectory(directory: string, { prefixes, files }: Places): void {
  for (const place of [...prefixes, ...files])
    rmSync(join(directory, place), { recursive: true, force: true });
}
