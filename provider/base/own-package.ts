import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The command as messages print it. Without npx, only npm's own scripts find it. */
export const ownCommand = "npx pulumi-pinterest";

interface Manifest {
  readonly name?: string;
  readonly version?: string;
}

let manifest: Manifest | undefined;

/** This package's version; "unknown" if a bundler has omitted package.json. */
export function packageVersion(): string {
  return ownManifest().version ?? "unknown";
}

/** The User-Agent header of requests. */
export function userAgent(): string {
  return `pulumi-pinterest/${packageVersion()} (+node/${process.versions.node})`;
}

function ownManifest(): Manifest {
  // Two directories up in the sources, three in dist.
  manifest ??= ["../..", "../../.."]
    .map((up) => join(__dirname, up, "package.json"))
    .filter((file) => existsSync(file))
    .map((file): Manifest => JSON.parse(readFileSync(file, "utf8")))
    .find(({ name }) => name === "pulumi-pinterest");
  return manifest ?? {};
}
