import { readFileSync } from "node:fs";
import { join } from "node:path";

let version: string | undefined;

/** This package's version, from its package.json; "unknown" where a bundler has left that behind. */
export function packageVersion(): string {
  version ??= readVersion();
  return version;
}

/** How this package names itself to Pinterest. */
export function userAgent(): string {
  return `pulumi-pinterest/${packageVersion()} (+node/${process.versions.node})`;
}

function readVersion(): string {
  // Two directories up in the sources, three in dist.
  for (const up of ["../..", "../../.."]) {
    try {
      const manifest = JSON.parse(readFileSync(join(__dirname, up, "package.json"), "utf8")) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === "pulumi-pinterest" && manifest.version !== undefined) return manifest.version;
    } catch {
      // Not there.
    }
  }
  return "unknown";
}
