import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { buildSync } from "esbuild";

const root = join(__dirname, "../../..");

/** The result of a command. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export interface RunningCommand {
  readonly child: ChildProcess;
  /** Standard output so far. */
  readonly stdout: () => string;
  /** Standard error so far. */
  readonly stderr: () => string;
  readonly ended: Promise<CommandResult>;
}

/**
 * Builds `pulumi-pinterest` from the sources for the tests of a file. Kills processes that a test leaves running.
 *
 * @returns a function that starts the command in a new process
 */
export function builtCommand(): (args: readonly string[], environment?: NodeJS.ProcessEnv) => RunningCommand {
  const started: ChildProcess[] = [];
  let directory: string;

  // Inside node_modules, so that the command finds its libraries like the published package does.
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
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    const ended = new Promise<CommandResult>((resolve) => {
      child.once("close", (code, signal) => resolve({ code, signal, ...output }));
    });
    return { child, stdout: () => output.stdout, stderr: () => output.stderr, ended };
  };
}
