import { type ChildProcess, spawn } from "node:child_process";
import { baseDirectory } from "../base-directory";
import { maxBodyBytes } from "../error-mapping";

/** A program with its arguments, which runs without a shell, or a command line for the shell. */
export type Command = { readonly argv: readonly [string, ...string[]] } | { readonly shell: string };

/** The message is a predicate ("exited with code 3") and contains nothing that the command printed. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}

/**
 * Runs a command in the base directory, with this process's environment, and discards its standard error. If it times out or this process
 * exits, kills it with its child processes.
 *
 * @param input for its standard input.
 * @param timeoutMs in milliseconds.
 * @returns its standard output.
 * @throws CommandFailure if it does not start, times out, exits with another code than 0, or prints too much.
 */
export function runCommand(command: Command, input: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = start(command);
    const kill = (): void => killGroup(child);
    let bytes = 0;
    const chunks: Buffer[] = [];
    const finish = (failure?: string): void => {
      clearTimeout(timer);
      process.off("exit", kill);
      child.stdout?.destroy();
      if (failure !== undefined) reject(new CommandFailure(failure));
      else resolve(new TextDecoder().decode(Buffer.concat(chunks)));
    };
    const timer = setTimeout(() => {
      kill();
      finish(`did not finish within ${timeoutMs / 1000} s (pinterest:accountCommandTimeout) and was killed`);
    }, timeoutMs);
    // Signals to this process's group do not reach the command, which has its own.
    process.on("exit", kill);

    child.on("error", ({ code }: NodeJS.ErrnoException) =>
      finish(`cannot be started (${code ?? "unknown error"})`),
    );
    child.on("exit", (code, signal) => {
      if (code !== 0) finish(code === null ? `was killed by ${signal}` : `exited with code ${code}`);
    });
    child.on("close", () => finish());
    child.stdout?.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= maxBodyBytes) return;
      kill();
      finish(`printed more than ${maxBodyBytes} bytes and was killed`);
    });
    // A command that ignores its input closes the pipe.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

function start(command: Command): ChildProcess {
  const [file, args] = "shell" in command ? [command.shell, []] : [command.argv[0], command.argv.slice(1)];
  return spawn(file, args, {
    shell: "shell" in command,
    cwd: baseDirectory(),
    env: process.env,
    stdio: ["pipe", "pipe", "ignore"],
    // Its own process group can be killed as a whole. Windows has none, and would open a window.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" }).on("error", () => {});
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
