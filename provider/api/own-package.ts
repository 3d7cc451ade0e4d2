import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The command as messages print it. Without npx, only npm's own scripts find it. */
export const ownCommand = "npx pulumi-pinterest";

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly bugs?: string | { readonly url?: string };
}

let manifest: Manifest | undefined;

/** This package's version; "unknown" if a bundler has omitted package.json. */
export function packageVersion(): string {
  return ownManifest().version ?? "unknown";
}

/** Where to report a bug. */
export function issueTracker(): string {
  const { bugs } = ownManifest();
  return (typeof bugs === "string" ? bugs : bugs?.url) ?? "the package's issue tracker";
}

/** The User-Agent header of requests. */
export function userAgent(): string {
  return `pulumi-pinterest/${packageVersion()} (+node/${process.versions.node})`;
}

function ownManifest(): Manifest {
  if (manifest !== undefined) return manifest;
  // Two directories up in the sources, three in dist.
  for (const up of ["../..", "../../.."]) {
    try {
      const found: Manifest = JSON.parse(readFileSync(join(__dirname, up, "package.json"), "utf8"));
      if (found.name === "pulumi-pinterest") manifest = found;
    } catch {
      // It is not there.
    }
  }
  manifest ??= {};
  return manifest;
}
