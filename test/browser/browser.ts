import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { sync as which } from "which";

/** A browser of the Chromium family, or why there is none. */
export type FoundBrowser = { readonly path: string } | { readonly missing: string };

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "microsoft-edge",
  "msedge",
];

const applications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/**
 * Finds a browser: what CHROME_PATH names, or one on PATH. On a Debian that has none, root gets Debian's `chromium`, once; that
 * may take minutes.
 *
 * @throws Error when CHROME_PATH names no program.
 */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): FoundBrowser {
  const given = environment.CHROME_PATH;
  if (given) {
    if (which(given, { nothrow: true }) === null)
      throw new Error(`CHROME_PATH: '${given}' is no program that can be run`);
    return { path: given };
  }
  return installed(environment) ?? install(environment);
}

/** Starts it, without a window. The caller closes it. */
export function openBrowser(path: string): Promise<Browser> {
  // Chromium's sandbox does not run as root.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath: path, args: isRoot ? ["--no-sandbox"] : [] });
}

function installed(environment: NodeJS.ProcessEnv): FoundBrowser | undefined {
  const path = [...names, ...applications].reduce<string | null>(
    (found, name) => found ?? which(name, { path: environment.PATH, nothrow: true }),
    null,
  );
  return path === null ? undefined : { path };
}

function install(environment: NodeJS.ProcessEnv): FoundBrowser {
  const wanted = "put Chromium, Chrome or Edge on PATH, or its path into CHROME_PATH";
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get") || !existsSync("/usr/bin/flock")) {
    return { missing: `there is no browser; ${wanted}` };
  }
  // Workers of one run may come here at once: the second finds what the first has installed.
  const script =
    "command -v chromium || { apt-get update && apt-get install -y --no-install-recommends chromium fonts-liberation; }";
  const { status, stderr } = spawnSync(
    "flock",
    [join(tmpdir(), "chromium-install.lock"), "sh", "-c", script],
    {
      env: { ...environment, DEBIAN_FRONTEND: "noninteractive" },
      encoding: "utf8",
      timeout: 280_000,
    },
  );
  const last = stderr?.trim().split("\n").at(-1) ?? "";
  return (
    installed(environment) ?? {
      missing: `there is no browser, and apt-get could not install chromium (exit ${status}): ${last}; ${wanted}`,
    }
  );
}
