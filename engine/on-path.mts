import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { run } from "./command.mts";
import { minimumVersion } from "./recipe.mts";
import { formatVersion, isAtLeast, parseVersion } from "./version.mts";

/** Milliseconds that a `pulumi version` may take: a cold start from a slow disk, and nothing like a hang. */
const answerDeadline = 20_000;

/** File name of a program on this platform. */
export function executable(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

/** The first file of that name in PATH that may be executed. Not from a package: those take longer to load than a cached engine to be found. */
export function findOnPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const file = resolve(join(folder, executable(name)));
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not there, or not for us: the next folder may have it.
    }
  }
  return undefined;
}

/**
 * The `pulumi` on PATH and its version; undefined when there is none.
 * @throws when it gives no version, or one older than this repository needs.
 */
export async function pulumiOnPath(): Promise<{ pulumi: string; version: string } | undefined> {
  const pulumi = findOnPath("pulumi");
  if (!pulumi) return undefined;
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const answer = (await run(pulumi, ["version"], { env, deadline: answerDeadline })).trim();
  const version = parseVersion(answer);
  if (!version) throw new Error(`${pulumi} gives no version that can be read: ${JSON.stringify(answer)}`);
  if (!isAtLeast(version, minimumVersion)) {
    throw new Error(
      `${pulumi} is too old: ${formatVersion(version)}, needed ${formatVersion(minimumVersion)} or newer`,
    );
  }
  return { pulumi, version: formatVersion(version) };
}
