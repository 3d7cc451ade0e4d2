import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";

/** The oldest engine whose `pulumi import --file` accepts inputs and outputs. Imports of the dynamic provider need them. */
export const oldestEngine = "3.254.0";

/** The oldest SDK whose dynamic provider process can read a resource by its ID (`CommerceIntegration.get`). */
export const oldestSdk = "3.268.0";

/** The oldest Node.js that undici 8 supports. */
export const oldestNode = "22.19.0";

/** How to remove a second copy of the SDK. A linked package has its own copy, even of the same version. */
export const oneCopy =
  "Run `npm dedupe` (`npm ls @pulumi/pulumi` lists the copies). If pulumi-pinterest is a folder that npm linked, " +
  "install the archive that `npm pack` creates instead.";

/** Compares versions by their numbers. A prerelease is not older than its release. */
export function isOlder(version: string, than: string): boolean {
  // `localeCompare` would add 10 ms to the start of each program and provider process.
  return sortable(version) < sortable(than);
}

/** `000022.000019.000000` for `22.19.0-rc.1`. */
function sortable(version: string): string {
  const numbers = version.split(/[.+-]/, 3);
  return numbers.map((number) => number.padStart(6, "0")).join(".");
}

/** @throws Error if this process runs on a version of Node.js that is too old. */
export function assertNode(): void {
  const { node } = process.versions;
  if (isOlder(node, oldestNode)) {
    throw new Error(
      `pulumi-pinterest requires Node.js ${oldestNode} or newer, but this process runs on ${node}. Install a newer version, and put it first on PATH.`,
    );
  }
}

export interface InstalledPackage {
  /** Its directory, with links resolved. */
  readonly directory: string;
  readonly version: string;
}

/** The copy of a package that the file `from` would load. Undefined if there is none, or if its package.json cannot be read. */
export function packageAt(name: string, from: string): InstalledPackage | undefined {
  try {
    const require = createRequire(from);
    const manifest = realpathSync(require.resolve(`${name}/package.json`));
    return { directory: dirname(manifest), version: require(manifest).version };
  } catch {
    return undefined;
  }
}
