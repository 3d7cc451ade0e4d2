import { chmodSync, copyFileSync, existsSync, mkdirSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDir, createEntry } from "./cache.mts";
import { CommandError } from "./command.mts";
import { executable, pulumiOnPath } from "./on-path.mts";
import { lineProgress, type Progress, standardProgress } from "./progress.mts";
import { engineEntryName, goVersion, pulumiVersion } from "./recipe.mts";

/** A Pulumi CLI that is ready to run Node.js programs. */
export interface Engine {
  /** Absolute path of the `pulumi` executable. */
  readonly pulumi: string;
  /** Its folder, which also holds the language hosts. Put it first on PATH. */
  readonly binDir: string;
  /** Its version, as `3.259.0`. */
  readonly version: string;
  /** Where it came from: on PATH already, this user's cache, the official download, or built from Go modules. */
  readonly source: "path" | "cache" | "download" | "go";
}

/** Options of {@link ensureEngine}. */
export interface EnsureOptions {
  /** Gets what is being done, a line at a time. Default: standard error, rewritten in place on a terminal. */
  readonly log?: (line: string) => void;
}

/**
 * Finds a Pulumi CLI, or makes one: on PATH, in the user's cache, by the official download, from Go modules, in that
 * order. Well under a second when there is one already; several minutes when it has to be built.
 * @throws when no way works: one error that says why each failed and what to do.
 */
export async function ensureEngine(options: EnsureOptions = {}): Promise<Engine> {
  const progress = options.log ? lineProgress(options.log) : standardProgress();
  const name = engineEntryName();
  const entry = join(cacheDir(), name);
  const failures: string[] = [];
  const attempt = async (way: string, work: () => Promise<Engine | undefined>, absent = "") => {
    try {
      const engine = await work();
      if (!engine && absent !== "") failures.push(`${way}: ${absent}`);
      return engine;
    } catch (error) {
      const failure = `${way}: ${messageOf(error)}`;
      failures.push(failure);
      progress.phase(firstLine(failure));
      return undefined;
    } finally {
      progress.end();
    }
  };

  const onWait = () => progress.phase("Waiting for another process that is making the same engine");
  const make = async () =>
    inEntry(entry, "cache") ??
    (await attempt("Official download", () => download(name, progress))) ??
    (await attempt("Build from Go modules", () => buildWithGo(name, progress)));

  const engine =
    (await attempt("On PATH", onPath, "no pulumi")) ??
    (await attempt("In the cache", async () => inEntry(entry, "cache"), `nothing at ${entry}`)) ??
    (await attempt("Writing to the cache", () => locked(entry, onWait, make)));
  if (engine) return engine;
  throw new Error(
    [
      `There is no usable Pulumi CLI, and none could be made (wanted: ${pulumiVersion}).`,
      ...failures.map((failure) => `  - ${failure.replaceAll("\n", "\n      ")}`),
      "Install Pulumi (https://www.pulumi.com/docs/install/), or",
      `Go ${goVersion} or newer (https://go.dev/dl/) to build it, and run this again.`,
    ].join("\n"),
  );
}

/** Saves the second of two processes that start together a build of minutes. Needs `dist/`, which `npm ci` builds. */
function locked<T>(entry: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const require = createRequire(import.meta.url);
  const { withLock } =
    require("../dist/provider/api/credentials/lock.js") as typeof import("../provider/api/credentials/lock.ts");
  const { systemClock } =
    require("../dist/provider/api/clock.js") as typeof import("../provider/api/clock.ts");
  mkdirSync(dirname(entry), { recursive: true });
  return withLock(`${entry}.lock`, { clock: systemClock, onWait }, work);
}

function messageOf(error: unknown): string {
  if (error instanceof CommandError) return [error.message, ...error.lastLines].join("\n");
  return error instanceof Error ? error.message : String(error);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

async function onPath(): Promise<Engine | undefined> {
  const found = await pulumiOnPath();
  return found && { ...found, binDir: dirname(found.pulumi), source: "path" };
}

/** The CLI's place inside a cache entry. */
const cliInEntry = join("bin", executable("pulumi"));

function inEntry(entry: string, source: Engine["source"]): Engine | undefined {
  const pulumi = join(entry, cliInEntry);
  return existsSync(pulumi) ? { pulumi, binDir: dirname(pulumi), version: pulumiVersion, source } : undefined;
}

async function download(name: string, progress: Progress): Promise<Engine | undefined> {
  const { downloadOfficialRelease } = await import("./official-download.mts");
  return inEntry(
    await createEntry(name, cliInEntry, (folder) => downloadOfficialRelease(folder, progress)),
    "download",
  );
}

async function buildWithGo(name: string, progress: Progress): Promise<Engine | undefined> {
  const { buildFromGoModules } = await import("./go-build.mts");
  const entry = await createEntry(name, cliInEntry, async (folder) => {
    const binDir = join(folder, "bin");
    mkdirSync(binDir);
    await buildFromGoModules(binDir, progress);
    // The SDK's starter of dynamic providers. Found on PATH, it makes the engine print a warning.
    const starter = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;
    const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
    copyFileSync(join(sdk, starter), join(binDir, starter));
    chmodSync(join(binDir, starter), 0o755);
  });
  return inEntry(entry, "go");
}

const origins: Record<Engine["source"], string> = {
  path: "found on PATH",
  cache: "from the cache",
  download: "downloaded from the official release",
  go: "built from Go modules",
};

async function main(): Promise<void> {
  try {
    const engine = await ensureEngine();
    console.log(`pulumi ${engine.version}, ${origins[engine.source]}: ${engine.pulumi}`);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

// The path on the command line may lead through links; the module's own never does.
const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) void main();
