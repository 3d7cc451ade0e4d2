import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The command as messages print it. Without npx, only npm's own scripts find it. */
export const ownCommand = "npx pulumi-pinterest";

let version: string | undefined;

/** This package's version; "unknown" if a bundler has omitted package.json. */
export function packageVersion(): string {
  version ??= readVersion();
  return version;
}

/** The User-Agent header of requests. */
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
      // It is not there.
    }
  }
  return "unknown";
}
