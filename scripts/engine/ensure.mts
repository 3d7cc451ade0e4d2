import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  buildFromGoModules,
  engineEntryName,
  fromPackage,
  goVersion,
  isOlder,
  oldestEngine,
  pulumiVersion,
  versionIn,
} from "./build.mts";
import { isMain, lineProgress, type Progress, run } from "./command.mts";
import { downloadOfficialRelease, latestRelease } from "./download.mts";

// Loads no package: these take longer to load than a cached engine takes to be found.

/** A Pulumi CLI that can run Node.js programs. */
export interface Engine {
  /** The absolute path of `pulumi`. */
  readonly pulumi: string;
  /** The directory of `pulumi` and its language hosts. Put it first on PATH. */
  readonly binDir: string;
  /** The version, such as `3.276.0`. */
  readonly version: string;
  readonly source: "path" | "cache" | "download" | "go";
}

/** The names of versions. */
const namedVersions: Readonly<Record<string, () => string | Promise<string>>> = {
  oldest: () => oldestEngine,
  pinned: () => pulumiVersion,
  latest: () => latestRelease(),
};

/**
 * The version with a name: `oldest` for the oldest supported one, `pinned` for the one in go.mod, or `latest` for the newest release. Returns a
 * version unchanged.
 *
 * @throws Error if the name is unknown, or the newest release cannot be determined
 */
export async function versionOf(name: string): Promise<string> {
  if (/^\d+\.\d+\.\d+$/.test(name)) return name;
  const named = Object.hasOwn(namedVersions, name) ? namedVersions[name] : undefined;
  if (named === undefined)
    throw new Error(
      `\`${name}\` is not a version. Use a version such as 3.276.0, or one of: ${Object.keys(namedVersions).join(", ")}.`,
    );
  return named();
}

/**
 * Finds or installs a Pulumi CLI. Tries PATH, the user's cache, the official download, and a build from Go modules, in this order. Takes less than
 * a second if one exists, and several minutes if it is built.
 *
 * @param required the exact version. @default any supported version on PATH, or else the one in go.mod
 * @throws Error with the reason of each failure, and with a remedy, if all of them fail
 */
export async function ensureEngine(required?: string): Promise<Engine> {
  const version = required ?? pulumiVersion;
  const progress = lineProgress();
  const entry = join(cacheDir(), engineEntryName(version));
  const failures: string[] = [];
  const attempt = async (source: string, action: () => Promise<Engine | undefined>, absent = "") => {
    try {
      const engine = await action();
      if (!engine && absent !== "") failures.push(`${source}: ${absent}`);
      return engine;
    } catch (error) {
      const failure = `${source}: ${(error as Error).message}`;
      failures.push(failure);
      progress.phase(failure.split("\n", 1)[0] ?? "");
      return undefined;
    }
  };

  const onWait = () => progress.phase("Waiting for another process that installs the same engine");
  const install = async () =>
    inEntry(entry, version, "cache") ??
    (await attempt("Official download", () =>
      createEntry(entry, version, "download", (directory) =>
        downloadOfficialRelease(directory, version, progress),
      ),
    )) ??
    (await attempt("Build from Go modules", () =>
      createEntry(entry, version, "go", (directory) => build(join(directory, "bin"), version, progress)),
    ));

  const engine =
    (await attempt("On PATH", () => onPath(required), "no pulumi")) ??
    (await attempt("In the cache", async () => inEntry(entry, version, "cache"), `nothing at ${entry}`)) ??
    (await attempt("Writing to the cache", () => withInstallLock(entry, onWait, install)));
  if (engine) return engine;
  throw new Error(
    [
      `There is no usable Pulumi CLI, and it could not be installed (version ${version}).`,
      ...failures.map((failure) => `  - ${failure.replaceAll("\n", "\n      ")}`),
      "Install Pulumi (https://www.pulumi.com/docs/install/), or",
      `Go ${goVersion} or newer (https://go.dev/dl/) to build it. Then run this command again.`,
    ].join("\n"),
  );
}

/** Lets one of several processes install the engine. */
function withInstallLock<T>(entry: string, onWait: () => void, action: () => Promise<T>): Promise<T> {
  const { withLock } = fromPackage("base/files") as typeof import("../../provider/base/files.ts");
  const { systemClock } = fromPackage("base/clock") as typeof import("../../provider/base/clock.ts");
  mkdirSync(dirname(entry), { recursive: true });
  return withLock(`${entry}.lock`, { clock: systemClock, onWait }, action);
}

/** The limit for `pulumi version` in milliseconds, for a first start from a slow disk. */
const versionTimeoutMs = 20_000;

/** @throws Error if `pulumi` prints no version, not the required one, or one older than this repository needs */
async function onPath(required: string | undefined): Promise<Engine | undefined> {
  const pulumi = findOnPath(executable("pulumi"));
  if (!pulumi) return undefined;
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const output = (await run(pulumi, ["version"], { env, timeout: versionTimeoutMs })).trim();
  const version = versionIn(output);
  if (version === undefined) throw new Error(`${pulumi} printed no version: ${JSON.stringify(output)}`);
  if (required !== undefined && version !== required)
    throw new Error(`${pulumi} has version ${version}, and not ${required}`);
  if (isOlder(version, oldestEngine))
    throw new Error(`${pulumi} is too old: ${version}, needed ${oldestEngine} or newer`);
  return { pulumi, binDir: dirname(pulumi), version, source: "path" };
}

function findOnPath(name: string): string | undefined {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    if (directory === "") continue;
    const file = resolve(directory, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Try the next directory.
    }
  }
  return undefined;
}

function executable(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

/** The user's cache directory for engines. */
export function cacheDir(): string {
  return join(userCacheDir(), "pulumi-pinterest", "engine");
}

export function userCacheDir(): string {
  if (process.platform === "win32") return process.env.LOCALAPPDATA || join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
}

/** The path of `pulumi` in an engine's directory of the cache. */
const pulumiInEntry = join("bin", executable("pulumi"));

function inEntry(entry: string, version: string, source: Engine["source"]): Engine | undefined {
  const pulumi = join(entry, pulumiInEntry);
  return existsSync(pulumi) ? { pulumi, binDir: dirname(pulumi), version, source } : undefined;
}

/**
 * Creates a directory in the cache, complete or not at all: `fill` works in a temporary directory, which is renamed at the end. An existing
 * directory without `pulumi` is damaged, and an existing temporary one is that of a killed process. Both are replaced.
 */
async function createEntry(
  entry: string,
  version: string,
  source: Engine["source"],
  fill: (directory: string) => Promise<void>,
): Promise<Engine | undefined> {
  const partial = `${entry}.partial`;
  for (const directory of [entry, partial]) rmSync(directory, { recursive: true, force: true });
  mkdirSync(partial);
  try {
    await fill(partial);
    renameSync(partial, entry);
  } catch (error) {
    // Another process, whose lock was considered abandoned, may have finished first.
    if (!existsSync(join(entry, pulumiInEntry))) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return inEntry(entry, version, source);
}

async function build(binDir: string, version: string, progress: Progress): Promise<void> {
  mkdirSync(binDir);
  await buildFromGoModules(binDir, version, progress);
  // The SDK's launcher of dynamic providers. If the engine finds it on PATH instead, it prints a warning.
  const launcher = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  copyFileSync(join(sdk, launcher), join(binDir, launcher));
  chmodSync(join(binDir, launcher), 0o755);
}

const sourceLabels: Record<Engine["source"], string> = {
  path: "found on PATH",
  cache: "from the cache",
  download: "downloaded from the official release",
  go: "built from Go modules",
};

async function main(): Promise<void> {
  try {
    const { values } = parseArgs({ options: { version: { type: "string" } } });
    const required = values.version === undefined ? undefined : await versionOf(values.version);
    const engine = await ensureEngine(required);
    console.log(`pulumi ${engine.version}, ${sourceLabels[engine.source]}: ${engine.pulumi}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

if (isMain(import.meta.url)) void main();
