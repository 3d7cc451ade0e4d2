import { type ChildProcess, spawn } from "node:child_process";
import { baseDirectory } from "../base-directory";
import { maxBodyBytes } from "../transport";

/** A program with its arguments, run as they are; or a line for the shell. */
export type Command = { readonly argv: readonly [string, ...string[]] } | { readonly shell: string };

/** Why a command gave nothing; the message is a clause that begins after the command's name, and repeats nothing of its output. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}

/**
 * Runs a command with this process's environment in the base directory, gives it the input and returns what it prints. What it writes to
 * standard error is dropped. When its time is up, it is killed with all that it started.
 *
 * @param timeoutMs in milliseconds.
 * @throws CommandFailure when it cannot be started, prints too much, ends with another code than 0, or not in time.
 */
export function runCommand(command: Command, input: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = start(command);
    const kill = (): void => killGroup(child);
    let bytes = 0;
    const chunks: Buffer[] = [];
    const end = (failure?: string): void => {
      clearTimeout(timer);
      process.off("exit", kill);
      child.stdout?.destroy();
      if (failure !== undefined) reject(new CommandFailure(failure));
      else resolve(new TextDecoder().decode(Buffer.concat(chunks)));
    };
    const timer = setTimeout(() => {
      kill();
      end(`did not end within ${timeoutMs / 1000} s and was killed (pinterest:accountCommandTimeout)`);
    }, timeoutMs);
    // A group of its own is spared by what ends this process.
    process.on("exit", kill);

    child.on("error", ({ code }: NodeJS.ErrnoException) =>
      end(`cannot be started (${code ?? "for an unknown reason"})`),
    );
    child.on("exit", (code, signal) => {
      if (code !== 0) end(code === null ? `was ended by ${signal}` : `ended with exit code ${code}`);
    });
    child.on("close", () => end());
    child.stdout?.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= maxBodyBytes) return;
      kill();
      end(`printed more than ${maxBodyBytes} bytes and was killed`);
    });
    // A command that needs no names closes its input.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

function start(command: Command): ChildProcess {
  const [file, args, shell] =
    "shell" in command ? [command.shell, [], true] : [command.argv[0], command.argv.slice(1), false];
  return spawn(file, args, {
    shell,
    cwd: baseDirectory(),
    env: process.env,
    stdio: ["pipe", "pipe", "ignore"],
    // A group of its own can be killed as a whole; Windows knows none, and would open a window.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    if (process.platform === "win32") {
      spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" }).on("error", () => {});
    } else process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
