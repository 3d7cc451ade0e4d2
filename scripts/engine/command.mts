import { type ChildProcess, spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command and the processes that it started are killed. @default no limit */
  readonly timeoutMs?: number;
  /** Called for each line of standard error. */
  readonly onErrorLine?: (line: string) => void;
}

/** A command that was not found, failed, or exceeded its timeout. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** Whether the program does not exist. */
  readonly notFound: boolean;
  /** The last lines of standard error. */
  readonly lastLines: readonly string[];

  constructor(message: string, { notFound = false, lastLines = [] as readonly string[] } = {}) {
    super(message);
    this.notFound = notFound;
    this.lastLines = lastLines;
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
  options: CommandOptions = {},
): Promise<string> {
  const { cwd, env = process.env, timeoutMs } = options;
  const child = spawn(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // A process group, so that the timeout can kill all of it.
    detached: timeoutMs !== undefined && process.platform !== "win32",
    windowsHide: true,
  });
  const timeout = timeoutMs === undefined ? undefined : killAfter(child, timeoutMs);

  const output = text(child.stdout);
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.trim() === "") return;
    lastLines.push(line);
    if (lastLines.length > 5) lastLines.shift();
    options.onErrorLine?.(line);
  });

  return await new Promise<string>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      timeout?.stop();
      const notFound = error.code === "ENOENT";
      reject(new CommandError(notFound ? `${program} was not found` : error.message, { notFound }));
    });
    child.once("close", (code, signal) => {
      timeout?.stop();
      if (code === 0) return resolve(output);
      const outcome = timeout?.isExceeded()
        ? `took longer than ${Math.round((timeoutMs ?? 0) / 1000)} s`
        : `ended with ${signal ?? `exit code ${code}`}`;
      reject(new CommandError(`${program} ${outcome}`, { lastLines }));
    });
  });
}

/**
 * Kills a process group after a timeout, or when this process receives a signal: Ctrl-C in a terminal does not reach another process group.
 */
function killAfter(child: ChildProcess, timeoutMs: number): { isExceeded(): boolean; stop(): void } {
  let exceeded = false;
  const killGroup = () => {
    try {
      if (process.platform !== "win32" && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  };
  const timer = setTimeout(() => {
    exceeded = true;
    killGroup();
  }, timeoutMs);
  const signals = ["SIGINT", "SIGTERM"] as const;
  const end = (signal: NodeJS.Signals) => {
    stop();
    killGroup();
    process.kill(process.pid, signal);
  };
  const stop = () => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, end);
  };
  for (const signal of signals) process.on(signal, end);
  return { isExceeded: () => exceeded, stop };
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
