import { spawn } from "node:child_process";

/** How one external command is run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command and what it started are killed. Default: no limit. */
  readonly deadline?: number;
  /** Called with each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

/** A command that could not be started, failed, or ran into its deadline; the message holds the end of what it printed. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** Whether there is no such program. */
  readonly notFound: boolean;

  constructor(message: string, notFound = false) {
    super(message);
    this.notFound = notFound;
  }
}

/**
 * Runs a command to its end and returns its standard output.
 * @throws {CommandError} when it exits with anything but 0.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const grouped = options.deadline !== undefined && process.platform !== "win32";
  const child = spawn(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: grouped,
    windowsHide: true,
  });
  let timedOut = false;
  const timer =
    options.deadline === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          // A group of its own is what lets the deadline reach a shell script's downloads too.
          if (grouped && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
          else child.kill("SIGKILL");
        }, options.deadline);

  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const lastLines: string[] = [];
  let partial = "";
  const takeLine = (line: string) => {
    if (line.trim() === "") return;
    lastLines.push(line);
    if (lastLines.length > 5) lastLines.shift();
    options.onErrorLine?.(line);
  };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const lines = (partial + text).split(/\r?\n/);
    partial = lines.pop() ?? "";
    for (const line of lines) takeLine(line);
  });

  return await new Promise<string>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const notFound = error.code === "ENOENT";
      reject(new CommandError(notFound ? `${program} was not found` : error.message, notFound));
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      takeLine(partial);
      if (code === 0) return resolve(output);
      const outcome = timedOut
        ? `took longer than ${Math.round((options.deadline ?? 0) / 1000)} s`
        : `ended with ${signal ?? `exit code ${code}`}`;
      reject(new CommandError([`${program} ${outcome}`, ...lastLines].join("\n")));
    });
  });
}
