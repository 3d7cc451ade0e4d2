import { type ExecFileException, execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Lines of standard error that report progress. An error does not contain them. */
export interface ProgressLines {
  readonly pattern: RegExp;
  readonly onLine: () => void;
}

interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command is killed. @default no limit */
  readonly timeout?: number;
  readonly progress?: ProgressLines;
}

/** A command that was not found, failed, or exceeded its timeout. The message ends with the last lines of standard error. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** Whether the program does not exist. */
  readonly notFound: boolean;
  readonly lastLines: string;

  constructor(finding: string, notFound: boolean, lastLines: readonly string[]) {
    super([finding, ...lastLines].join("\n"));
    this.notFound = notFound;
    this.lastLines = lastLines.join("\n");
  }
}

/**
 * Runs a command. @returns its standard output.
 *
 * @throws CommandError if its exit code is not 0
 */
export async function run(
  program: string,
  args: readonly string[],
  { progress, ...options }: CommandOptions = {},
): Promise<string> {
  const settings = { ...options, killSignal: "SIGKILL", maxBuffer: Number.POSITIVE_INFINITY } as const;
  const running = promisify(execFile)(program, args, settings);
  const isProgress = (line: string) => progress?.pattern.test(line) === true;
  if (progress && running.child.stderr)
    createInterface({ input: running.child.stderr }).on(
      "line",
      (line) => isProgress(line) && progress.onLine(),
    );
  try {
    return (await running).stdout;
  } catch (error) {
    const { code, killed, signal, stderr = "" } = error as ExecFileException;
    if (code === "ENOENT") throw new CommandError(`${program} was not found`, true, []);
    const outcome = killed
      ? `took longer than ${Math.round((options.timeout ?? 0) / 1000)} s`
      : `ended with ${signal ?? `exit code ${code}`}`;
    const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !isProgress(line));
    throw new CommandError(`${program} ${outcome}`, false, lines.slice(-5));
  }
}

/** Reports the progress of an installation. */
export interface Progress {
  /** Reports that a phase begins. */
  phase(text: string): void;
  /** Reports the progress of a phase, at most every 15 seconds. */
  update(text: string): void;
}

const updateIntervalMs = 15_000;

export function lineProgress(
  log: (line: string) => void = (line) => console.error(line),
  now: () => number = Date.now,
): Progress {
  let last = now();
  const phase = (text: string) => {
    last = now();
    log(text);
  };
  return {
    phase,
    update(text) {
      if (now() - last >= updateIntervalMs) phase(text);
    },
  };
}

/** Whether Node.js was started with this module, perhaps through a symbolic link. */
export function isMain(url: string): boolean {
  const script = process.argv[1];
  return script !== undefined && realpathSync(script) === fileURLToPath(url);
}
