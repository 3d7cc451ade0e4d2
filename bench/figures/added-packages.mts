import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface AddedPackage {
  /** Its place, such as `node_modules/zod`. */
  readonly path: string;
  /** Of its files, as they stand there. */
  readonly bytes: number;
}

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages that a user's project has beside those of `@pulumi/pulumi`, as the lock file resolves them; the package itself is not counted. */
export function addedPackages(repository: string): AddedPackage[] {
  const lock = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")) as {
    packages: Record<string, LockEntry>;
  };
  const own = reached(lock.packages, "");
  const sdk = reached(lock.packages, "node_modules/@pulumi/pulumi");
  return (
    [...own]
      // What is optional may be for another platform, and not there.
      .filter((path) => path !== "" && !sdk.has(path) && existsSync(join(repository, path)))
      .map((path) => ({ path, bytes: bytesIn(join(repository, path)) }))
  );
}

/** The places that a package's dependencies lead to, its own included. */
export function reached(packages: Readonly<Record<string, LockEntry>>, start: string): Set<string> {
  const found = new Set([start]);
  for (const path of found) {
    const { dependencies, optionalDependencies } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = resolved(packages, path, name);
      if (place !== undefined) found.add(place);
    }
  }
  return found;
}

/** As Node.js looks for a package: in the folder's own node_modules, then in those further up. */
function resolved(
  packages: Readonly<Record<string, LockEntry>>,
  from: string,
  name: string,
): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === "") return undefined;
  }
}

function bytesIn(folder: string): number {
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true })
      // What is nested there is listed for itself.
      .filter(
        (entry) => entry.isFile() && !relative(folder, entry.parentPath).split(sep).includes("node_modules"),
      )
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
  );
}
