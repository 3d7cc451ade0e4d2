import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { buildSync } from "esbuild";

const root = join(__dirname, "../../..");

/** The result of a command. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export interface Running {
  readonly child: ChildProcess;
  /** Its standard output so far. */
  readonly stdout: () => string;
  /** Its standard error so far. */
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

/**
 * Builds `pulumi-pinterest` from the sources for the tests of a file, and gives a way to start it as a process of its own. What a test
 * leaves running is killed.
 */
export function builtCommand(): (args: readonly string[], environment?: NodeJS.ProcessEnv) => Running {
  const started: ChildProcess[] = [];
  let directory: string;

  // Inside node_modules, where the command's libraries are found as they are from the published package.
  beforeAll(() => {
    const cache = join(root, "node_modules/.cache");
    mkdirSync(cache, { recursive: true });
    directory = mkdtempSync(join(cache, "command-"));
    buildSync({
      entryPoints: [join(root, "cli/main.ts")],
      outfile: join(directory, "main.cjs"),
      bundle: true,
      packages: "external",
      platform: "node",
      format: "cjs",
    });
  });

  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  return (args, environment = {}) => {
    const child = spawn(process.execPath, [join(directory, "main.cjs"), ...args], {
      env: { ...process.env, ...environment },
    });
    started.push(child);
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    const ended = new Promise<Ended>((resolve) => {
      child.once("close", (code, signal) => resolve({ code, signal, ...texts }));
    });
    return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, ended };
  };
}
