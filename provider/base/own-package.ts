import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The command as messages print it. Without npx, only npm's own scripts find it. */
export const ownCommand = "npx pulumi-pinterest";

interface Manifest {
  readonly name?: string;
  readonly version?: string;
}

/** This package's version; "unknown" if a bundler has omitted package.json. */
export function packageVersion(): string {
  return ownPackage().manifest.version ?? "unknown";
}

/** The User-Agent header of requests. */
export function userAgent(): string {
  return `pulumi-pinterest/${packageVersion()} (+node/${process.versions.node})`;
}

/** The path of a file in the root of this package. */
export function packageFile(name: string): string {
  return join(ownPackage().root, name);
}

let found: { readonly root: string; readonly manifest: Manifest } | undefined;

function ownPackage() {
  // Two directories up in the sources, three in dist.
  found ??= ["../..", "../../.."]
    .map((up) => join(__dirname, up))
    .filter((root) => existsSync(join(root, "package.json")))
    .map((root) => ({
      root,
      manifest: JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest,
    }))
    .find(({ manifest }) => manifest.name === "pulumi-pinterest");
  return found ?? { root: "", manifest: {} };
}
