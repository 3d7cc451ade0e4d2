import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters, types } from "node:util";
import type { PulumiCommandOptions } from "@pulumi/pulumi/automation/index.js";
import { CommandError, isMain, type Progress, run } from "./command.mts";

/** The limit for the whole download in milliseconds: 200 MB at 3 Mbit/s. */
const downloadTimeoutMs = 10 * 60_000;

/** The limit for the first response of the release server in milliseconds, short because without a network, the engine is built. */
const responseTimeoutMs = 10_000;
const releaseServer = "https://get.pulumi.com/";

/** The page from which Pulumi's installer (https://get.pulumi.com) reads the newest version. It contains only `3.276.0`, for example. */
const latestVersionPage = "https://www.pulumi.com/latest-version";

/**
 * Reads the version of the newest official release.
 *
 * @throws Error if the page cannot be read or contains no version
 */
export async function latestRelease(page = latestVersionPage): Promise<string> {
  const failure = (reason: string) =>
    new Error(
      `Cannot read the newest Pulumi version: ${reason}. Check the network, or name a version, such as 3.276.0.`,
    );
  const signal = AbortSignal.timeout(responseTimeoutMs);
  const response = await fetch(page, { signal }).catch((error: unknown) => {
    throw failure(explain(error, page));
  });
  const text = (await response.text()).trim();
  if (!response.ok) throw failure(`${page} responded with status ${response.status}`);
  if (!/^\d+\.\d+\.\d+$/.test(text)) throw failure(`${page} contains no version`);
  return text;
}

/**
 * Installs the official release with its language hosts in `directory`/bin. Runs the SDK's installer in another process, which is killed at
 * the time limit.
 *
 * @throws Error if the release server cannot be reached or the installer fails
 */
export async function downloadOfficialRelease(
  directory: string,
  version: string,
  progress: Progress,
): Promise<void> {
  progress.phase(`Trying the official download of Pulumi ${version}`);
  const start = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - start) / 1000);
    progress.update(`Downloading Pulumi ${version}, ${seconds} s so far`);
  }, 1_000);
  try {
    // Unlike curl, which the installer starts, Node.js reads HTTPS_PROXY only with this variable.
    const env = { ...process.env, NODE_USE_ENV_PROXY: "1" };
    await run(process.execPath, [fileURLToPath(import.meta.url), directory, version], {
      env,
      timeout: downloadTimeoutMs,
    });
  } catch (error) {
    // `install` prints a complete message.
    throw error instanceof CommandError && error.lastLines !== "" ? new Error(error.lastLines) : error;
  } finally {
    clearInterval(timer);
  }
}

async function install(root: string, version: string): Promise<void> {
  await fetch(releaseServer, { method: "HEAD", signal: AbortSignal.timeout(responseTimeoutMs) });
  const { default: automation } = await import("@pulumi/pulumi/automation/index.js");
  // The SDK accepts only instances of its own copy of semver, which is not a dependency of this package.
  const fromSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  type SemVer = NonNullable<PulumiCommandOptions["version"]>;
  const semver = fromSdk("semver") as { SemVer: new (version: string) => SemVer };
  await automation.PulumiCommand.install({ root, version: new semver.SemVer(version) });
}

function explain(error: unknown, server = releaseServer): string {
  if (!types.isNativeError(error)) return String(error);
  if (error.name === "TimeoutError") return `${server} did not respond within ${responseTimeoutMs / 1000} s`;
  const installer = (error as { commandResult?: { err?: { shortMessage?: string; stderr?: string } } })
    .commandResult?.err;
  if (installer?.shortMessage) {
    const lines = stripVTControlCharacters(installer.stderr ?? "")
      .trim()
      .split("\n");
    return `the installer failed: ${lines.at(-1) || installer.shortMessage}`;
  }
  // The message of a failed `fetch` is "fetch failed"; its cause has the reason.
  return types.isNativeError(error.cause) ? `${server}: ${error.cause.message}` : error.message;
}

if (isMain(import.meta.url)) {
  const [root = "", version = ""] = process.argv.slice(2);
  // Jest loads this file as CommonJS, which has no await at the top level.
  void install(root, version).catch((error: unknown) => {
    console.error(explain(error));
    process.exitCode = 1;
  });
}
