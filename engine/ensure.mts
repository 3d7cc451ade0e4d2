import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDir, createEntry } from "./cache.mts";
import { withLock } from "./lock.mts";
import { executable, pulumiOnPath } from "./on-path.mts";
import { lineProgress, type Progress, standardProgress } from "./progress.mts";
import { engineEntryName, goEntryName, goVersion, pulumiVersion } from "./recipe.mts";

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
  const failures: string[] = [];
  const attempt = async <T,>(way: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      failures.push(`${way}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    } finally {
      progress.end();
    }
  };

  const installed = await attempt("on PATH", pulumiOnPath);
  if (installed) return { ...installed, binDir: dirname(installed.pulumi), source: "path" };
  if (failures[0]?.includes("no pulumi on PATH") === false) progress.phase(failures[0]);

  const name = engineEntryName();
  const entry = join(cacheDir(), name);
  const cached = inEntry(entry, "cache");
  if (cached) return cached;
  failures.push(`in the cache: nothing at ${entry}`);

  const made = await attempt("writing to the cache", () =>
    withLock(
      `${entry}.lock`,
      () => progress.phase("Waiting for another process that is making the same engine"),
      async () =>
        inEntry(entry, "cache") ??
        (await attempt("official download", () => download(name, progress))) ??
        (await attempt("built from Go modules", () => buildWithGo(name, progress))),
    ),
  );
  if (made) return made;
  throw new Error(
    [
      `There is no Pulumi CLI here and none could be made (wanted: ${pulumiVersion}).`,
      ...failures.map((failure) => `  - ${failure.replaceAll("\n", "\n      ")}`),
      `Install Pulumi (https://www.pulumi.com/docs/install/) or Go ${goVersion} or newer (https://go.dev/dl/), then run this again.`,
    ].join("\n"),
  );
}

function inEntry(entry: string, source: Engine["source"]): Engine | undefined {
  const binDir = join(entry, "bin");
  const pulumi = join(binDir, executable("pulumi"));
  return existsSync(pulumi) ? { pulumi, binDir, version: pulumiVersion, source } : undefined;
}

async function download(name: string, progress: Progress): Promise<Engine | undefined> {
  const { downloadOfficialRelease } = await import("./official-download.mts");
  return inEntry(await createEntry(name, (folder) => downloadOfficialRelease(folder, progress)), "download");
}

async function buildWithGo(name: string, progress: Progress): Promise<Engine | undefined> {
  const { buildFromGoModules } = await import("./go-build.mts");
  const { addNodejsHost } = await import("./bundle-nodejs-host.mts");
  // An entry of its own: a change to the language host then costs no new compilation.
  const compiled = await createEntry(goEntryName(), (folder) => buildFromGoModules(folder, progress));
  const entry = await createEntry(name, async (folder) => {
    const binDir = join(folder, "bin");
    mkdirSync(binDir);
    for (const file of readdirSync(compiled)) linkOrCopy(join(compiled, file), join(binDir, file));
    await addNodejsHost(binDir);
  });
  return inEntry(entry, "go");
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

const origins: Record<Engine["source"], string> = {
  path: "found on PATH",
  cache: "from the cache",
  download: "downloaded from the official release",
  go: "built from Go modules",
};

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const engine = await ensureEngine();
    console.log(`pulumi ${engine.version}, ${origins[engine.source]}: ${engine.pulumi}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
