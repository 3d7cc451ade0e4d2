import { type ChildProcess, spawn } from "node:child_process";

/** How one external command is run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command and what it started are killed. Default: no limit. */
  readonly deadline?: number;
  /** Called with each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

/** A command that could not be started, failed, or ran into its deadline. The message says so and no more. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** Whether there is no such program. */
  readonly notFound: boolean;
  /** The last lines of its standard error. */
  readonly lastLines: readonly string[];

  constructor(message: string, { notFound = false, lastLines = [] as readonly string[] } = {}) {
    super(message);
    this.notFound = notFound;
    this.lastLines = lastLines;
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
  const child = spawn(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: options.deadline !== undefined && process.platform !== "win32",
    windowsHide: true,
  });
  const limit = options.deadline === undefined ? undefined : limitTime(child, options.deadline);

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
      limit?.lift();
      const notFound = error.code === "ENOENT";
      reject(new CommandError(notFound ? `${program} was not found` : error.message, { notFound }));
    });
    child.once("close", (code, signal) => {
      limit?.lift();
      takeLine(partial);
      if (code === 0) return resolve(output);
      const outcome = limit?.exceeded()
        ? `took longer than ${Math.round((options.deadline ?? 0) / 1000)} s`
        : `ended with ${signal ?? `exit code ${code}`}`;
      reject(new CommandError(`${program} ${outcome}`, { lastLines }));
    });
  });
}

/**
 * Kills a process and all that it has started when its time is over, or when this process is told to end. That takes a
 * process group of its own, which a Ctrl-C in the terminal doesn't reach by itself.
 */
function limitTime(child: ChildProcess, deadline: number): { exceeded(): boolean; lift(): void } {
  let exceeded = false;
  const killGroup = () => {
    try {
      if (process.platform !== "win32" && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    } catch {
      // It has just ended.
    }
  };
  const timer = setTimeout(() => {
    exceeded = true;
    killGroup();
  }, deadline);
  const signals = ["SIGINT", "SIGTERM"] as const;
  const passOn = (signal: NodeJS.Signals) => {
    lift();
    killGroup();
    process.kill(process.pid, signal);
  };
  const lift = () => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, passOn);
  };
  for (const signal of signals) process.on(signal, passOn);
  return { exceeded: () => exceeded, lift };
}
