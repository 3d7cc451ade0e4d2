import { join } from "node:path";
import { CommandError, run } from "./command.mts";
import type { Progress } from "./progress.mts";
import { engineDir, pulumiVersion } from "./recipe.mts";

/** Milliseconds for the whole download: about 200 MB, so 3 Mbit/s suffice. */
const deadline = 10 * 60_000;
const tick = 1_000;

/**
 * Installs the official release, its language hosts included, as `folder`/bin with the SDK's own installer.
 * The installer runs in a process of its own, which can be ended with everything it has started.
 * @throws within seconds when the release server can't be reached.
 */
export async function downloadOfficialRelease(folder: string, progress: Progress): Promise<void> {
  progress.phase(`Trying the official download of Pulumi ${pulumiVersion}`);
  const start = Date.now();
  const timer = setInterval(() => {
    progress.update(
      `Downloading Pulumi ${pulumiVersion}, ${Math.round((Date.now() - start) / 1000)} s so far`,
    );
  }, tick);
  try {
    // Node's fetch reads HTTPS_PROXY only when told to; the curl that follows it always does.
    const env = { ...process.env, NODE_USE_ENV_PROXY: "1" };
    await run(process.execPath, [join(engineDir, "install-official.mts"), folder, pulumiVersion], {
      env,
      deadline,
    });
  } catch (error) {
    // The process is ours and its last words are written for people; how it ended is of no interest.
    if (error instanceof CommandError && error.lastLines.length > 0)
      throw new Error(error.lastLines.join("\n"));
    throw error;
  } finally {
    clearInterval(timer);
  }
}
