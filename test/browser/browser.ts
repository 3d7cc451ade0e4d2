import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { sync as which } from "which";

/** A Chromium-based browser, or the reason why none was found. */
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
 * Finds a browser: the program in CHROME_PATH, or one on PATH. If there is none, and this process runs as root on Debian, installs Debian's
 * `chromium`, which can take minutes.
 *
 * @throws Error if CHROME_PATH is not a program
 */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): FoundBrowser {
  const configured = environment.CHROME_PATH;
  if (configured) {
    if (which(configured, { nothrow: true }) === null)
      throw new Error(`CHROME_PATH: '${configured}' is not an executable program`);
    return { path: configured };
  }
  return installed(environment) ?? install(environment);
}

/** Starts a browser without a window. The caller closes it. */
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
  const remedy = "add Chromium, Chrome or Edge to PATH, or set CHROME_PATH to its path";
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get") || !existsSync("/usr/bin/flock")) {
    return { missing: `no browser found; ${remedy}` };
  }
  // Several Jest workers can run this at the same time. The second one finds the browser that the first one has installed.
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
  const lastLine = stderr?.trim().split("\n").at(-1) ?? "";
  return (
    installed(environment) ?? {
      missing: `no browser found, and apt-get could not install chromium (exit ${status}): ${lastLine}; ${remedy}`,
    }
  );
}
