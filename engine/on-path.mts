import { resolve } from "node:path";
import which from "which";
import { run } from "./command.mts";
import { minimumVersion } from "./recipe.mts";
import { formatVersion, isAtLeast, parseVersion } from "./version.mts";

/** Milliseconds that a `pulumi version` may take: a cold start from a slow disk, and nothing like a hang. */
const answerDeadline = 20_000;

/** File name of a program on this platform. */
export function executable(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

/**
 * The `pulumi` on PATH and its version; undefined when there is none.
 * @throws when it gives no version, or one older than this repository needs.
 */
export async function pulumiOnPath(): Promise<{ pulumi: string; version: string } | undefined> {
  const found = await which("pulumi", { nothrow: true });
  if (found === null) return undefined;
  const pulumi = resolve(found);
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
